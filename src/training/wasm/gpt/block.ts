import type { GptConfig } from '../../models/gpt-layout.ts'
import type { Machine } from '../machine.ts'
import type { Matrix } from '../matrix.ts'
import { createAttention } from './attention.ts'
import type { BlockBuffers, Slopes } from './buffers.ts'
import { createFeedForward } from './feed-forward.ts'
import { createNorm } from './norm.ts'
import type { BlockTensors } from './tensors.ts'

/** One layer of the model, on the residual stream. */
export interface Block {
  forward(stream: Matrix): void
  /** Takes the stream's slopes from behind the layer to before it, and fills the layer's gradients. */
  backward(): void
}

export interface BlockInit {
  readonly config: GptConfig
  readonly machine: Machine
  readonly parameters: BlockTensors
  readonly gradients: BlockTensors
  readonly buffers: BlockBuffers
  readonly slopes: Slopes
}

/** z += attention(norm(z)) projection; z += feedForward(norm(z)): pre-norm, as GPT-2. */
export const createBlock = (init: BlockInit): Block => {
  const { config, machine, parameters, gradients, buffers, slopes } = init
  const { algebra } = machine
  const { norm0, norm1, qkv, mixed } = buffers
  const first = createNorm(machine, norm0, parameters.norm0, gradients.norm0)
  const second = createNorm(machine, norm1, parameters.norm1, gradients.norm1)
  const attention = createAttention(machine, config, buffers, slopes)
  const feedForward = createFeedForward(machine, buffers, parameters, gradients, slopes.hidden)

  return {
    forward: (stream) => {
      first.forward(stream)
      algebra.multiply(norm0.y, parameters.attention, qkv)
      attention.forward()
      algebra.addProduct(mixed, parameters.projection, stream)
      second.forward(stream)
      feedForward.forward(norm1.y, stream)
    },
    backward: () => {
      feedForward.backward(norm1.y, slopes.stream, slopes.wide)
      second.backward(slopes.wide, slopes.stream)
      algebra.multiplyTurned(mixed, slopes.stream, gradients.projection)
      algebra.multiplyByTurned(slopes.stream, parameters.projection, slopes.wide)
      attention.backward()
      algebra.multiplyTurned(norm0.y, slopes.qkv, gradients.attention)
      algebra.multiplyByTurned(slopes.qkv, parameters.attention, slopes.wide)
      first.backward(slopes.wide, slopes.stream)
    }
  }
}
