import type { Random } from '../../../random.ts'
import type { Layout } from '../../../vector/layout.ts'
import type { Vector } from '../../../vector/vector.ts'
import { crossEntropyGradient, crossEntropySum } from '../../cross-entropy.ts'
import { gptInitial } from '../../models/gpt-initial.ts'
import { type GptConfig, gptLayout } from '../../models/gpt-layout.ts'
import { createAlgebra } from '../algebra.ts'
import { openMachine } from '../machine.ts'
import type { Matrix } from '../matrix.ts'
import { createBlock } from './block.ts'
import { planBuffers } from './buffers.ts'
import { embed, embedBackward } from './embedding.ts'
import { createNorm } from './norm.ts'

/**
 * Characters to learn from: in every window, each of the first `context` is followed by the one that
 * is to be predicted there. // [windows, context + 1], numbers below the vocabulary
 */
export type Windows = Uint8Array

/** A decoder-only transformer over characters, for batches of one size. */
export interface Gpt {
  readonly layout: Layout
  readonly vocabulary: number
  readonly context: number
  /** Windows of a batch. */
  readonly batch: number
  initial(random: Random): Vector
  /** Mean cross-entropy in nats over all places of all windows; its gradient goes into `into`. */
  gradient(replica: Vector, windows: Windows, into: Vector): number
  /** The same of the first `count` windows, as a sum over their places. */
  loss(replica: Vector, windows: Windows, count: number): number
}

/**
 * Everything runs in one WebAssembly memory, by hand-written gradients, with the same bits on every
 * machine but for what the engine makes of Math.exp and Math.log.
 *
 * @throws InvalidInputError where heads and width do not fit, or there is not enough memory.
 */
export const createGpt = (config: GptConfig, vocabulary: number, batch: number): Gpt => {
  const { layers, context } = config
  const layout = gptLayout(config, vocabulary)
  const buffers = planBuffers(config, layout, batch)
  const { parameters, gradients, stream, norm, logits, slopes } = buffers
  const { kernels, floats } = openMachine(buffers.bytes)
  const algebra = createAlgebra(kernels, buffers.scratch)
  const last = createNorm(kernels, norm, parameters.norm, gradients.norm)
  const blocks = Array.from({ length: layers }, (_, layer) =>
    createBlock(layer, config, buffers, { kernels, algebra })
  )
  const valuesOf = ({ at, rows, columns }: Matrix): Vector =>
    floats.subarray(at / 4, at / 4 + rows * columns)
  const tokens = new Uint8Array(batch * context)
  const labels = new Uint8Array(batch * context)

  const read = (windows: Windows): void => {
    for (let window = 0; window < batch; window++) {
      const from = window * (context + 1)
      tokens.set(windows.subarray(from, from + context), window * context)
      labels.set(windows.subarray(from + 1, from + context + 1), window * context)
    }
  }

  const forward = (replica: Vector, windows: Windows): Vector => {
    read(windows)
    valuesOf(buffers.replica).set(replica)
    embed(floats, parameters, tokens, stream)
    for (const block of blocks) block.forward()
    last.forward(stream)
    algebra.multiply(norm.y, parameters.head, logits)
    return valuesOf(logits)
  }

  /** From the logits' gradient, which is where the logits were. */
  const backward = (): void => {
    algebra.multiplyTurned(norm.y, logits, gradients.head)
    algebra.multiplyByTurned(logits, parameters.head, slopes.wide)
    valuesOf(slopes.stream).fill(0)
    last.backward(slopes.wide, slopes.stream)
    for (const block of blocks.toReversed()) block.backward()
    embedBackward(floats, gradients, tokens, slopes.stream)
  }

  return {
    layout,
    vocabulary,
    context,
    batch,
    initial: (random) => gptInitial(layout, layers, random),
    gradient: (replica, windows, into) => {
      const values = forward(replica, windows)
      const loss = crossEntropySum(values, labels, vocabulary) / labels.length
      values.set(crossEntropyGradient(values, labels, vocabulary))
      backward()
      into.set(valuesOf(buffers.gradient))
      return loss
    },
    loss: (replica, windows, count) => {
      const values = forward(replica, windows)
      return crossEntropySum(values, labels.subarray(0, count * context), vocabulary)
    }
  }
}
