import type { GptConfig } from '../../models/gpt-layout.ts'
import type { Algebra } from '../algebra.ts'
import type { Kernels } from '../kernels.ts'
import { createAttention } from './attention.ts'
import type { Buffers } from './buffers.ts'
import { createNorm } from './norm.ts'

/** One layer of the model, on the residual stream. */
export interface Block {
  forward(): void
  /** Takes the stream's slopes from behind the layer to before it, and fills the layer's gradients. */
  backward(): void
}

/** z += attention(norm(z)) projection; z += relu(norm(z) dense0 + b) dense1 + b: pre-norm, as GPT-2. */
export const createBlock = (
  layer: number,
  config: GptConfig,
  buffers: Buffers,
  tools: { readonly kernels: Kernels; readonly algebra: Algebra }
): Block => {
  const { kernels, algebra } = tools
  const { stream, slopes } = buffers
  const own = buffers.blocks[layer]!
  const parameters = buffers.parameters.blocks[layer]!
  const gradients = buffers.gradients.blocks[layer]!
  const { dense0, dense1 } = parameters
  const { norm0, norm1, qkv, mixed, hidden } = own
  const first = createNorm(kernels, norm0, parameters.norm0, gradients.norm0)
  const second = createNorm(kernels, norm1, parameters.norm1, gradients.norm1)
  const attention = createAttention(config, own, slopes, tools)
  const { rows, columns } = hidden

  const denseBackward = (): void => {
    kernels.sumRows(rows, stream.columns, slopes.stream.at, gradients.dense1.bias.at)
    algebra.multiplyTurned(hidden, slopes.stream, gradients.dense1.kernel)
    algebra.multiplyByTurned(slopes.stream, dense1.kernel, slopes.hidden)
    const { bias, kernel } = gradients.dense0
    kernels.reluBackward(rows, columns, hidden.at, slopes.hidden.at, bias.at)
    algebra.multiplyTurned(norm1.y, slopes.hidden, kernel)
    algebra.multiplyByTurned(slopes.hidden, dense0.kernel, slopes.wide)
    second.backward(slopes.wide, slopes.stream)
  }

  const attentionBackward = (): void => {
    algebra.multiplyTurned(mixed, slopes.stream, gradients.projection)
    algebra.multiplyByTurned(slopes.stream, parameters.projection, slopes.wide)
    attention.backward()
    algebra.multiplyTurned(norm0.y, slopes.qkv, gradients.attention)
    algebra.multiplyByTurned(slopes.qkv, parameters.attention, slopes.wide)
    first.backward(slopes.wide, slopes.stream)
  }

  return {
    forward: () => {
      first.forward(stream)
      algebra.multiply(norm0.y, parameters.attention, qkv)
      attention.forward()
      algebra.addProduct(mixed, parameters.projection, stream)
      second.forward(stream)
      algebra.multiply(norm1.y, dense0.kernel, hidden)
      kernels.addBiasRelu(rows, columns, dense0.bias.at, hidden.at)
      algebra.addProduct(hidden, dense1.kernel, stream)
      kernels.addBias(rows, stream.columns, dense1.bias.at, stream.at)
    },
    backward: () => {
      denseBackward()
      attentionBackward()
    }
  }
}
