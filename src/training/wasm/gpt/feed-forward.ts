import type { Machine } from '../machine.ts'
import type { Matrix } from '../matrix.ts'
import type { BlockBuffers } from './buffers.ts'
import type { Dense } from './tensors.ts'

/** The two dense layers of a block. */
export interface FeedForward {
  /** stream += bend(x dense0 + b) dense1 + b */
  forward(x: Matrix, stream: Matrix): void
  /** Fills dx and the parameters' gradients from the stream's slopes, which stay. */
  backward(x: Matrix, dStream: Matrix, dx: Matrix): void
}

export interface FeedForwardTensors {
  readonly dense0: Dense
  readonly dense1: Dense
}

export const createFeedForward = (
  { kernels, algebra }: Machine,
  { hidden, bent }: BlockBuffers,
  { dense0, dense1 }: FeedForwardTensors,
  slopes: FeedForwardTensors,
  dHidden: Matrix
): FeedForward => {
  const { rows, columns } = hidden

  const bend = (): void => {
    const bias = dense0.bias.at
    if (bent === null) kernels.addBiasRelu(rows, columns, bias, hidden.at)
    else kernels.addBiasGelu(rows, columns, bias, bent.at, hidden.at)
  }
  const bendBackward = (): void => {
    const dBias = slopes.dense0.bias.at
    if (bent === null) kernels.reluBackward(rows, columns, hidden.at, dHidden.at, dBias)
    else kernels.geluBackward(rows, columns, bent.at, dHidden.at, dBias)
  }

  return {
    forward: (x, stream) => {
      algebra.multiply(x, dense0.kernel, bent ?? hidden)
      bend()
      algebra.addProduct(hidden, dense1.kernel, stream)
      kernels.addBias(rows, stream.columns, dense1.bias.at, stream.at)
    },
    backward: (x, dStream, dx) => {
      kernels.sumRows(rows, dStream.columns, dStream.at, slopes.dense1.bias.at)
      algebra.multiplyTurned(hidden, dStream, slopes.dense1.kernel)
      algebra.multiplyByTurned(dStream, dense1.kernel, dHidden)
      bendBackward()
      algebra.multiplyTurned(x, dHidden, slopes.dense0.kernel)
      algebra.multiplyByTurned(dHidden, dense0.kernel, dx)
    }
  }
}
