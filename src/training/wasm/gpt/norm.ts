import type { Machine } from '../machine.ts'
import type { Matrix } from '../matrix.ts'
import type { NormBuffers } from './buffers.ts'
import type { Affine } from './tensors.ts'

/** Layer normalisation of the residual stream. */
export interface Norm {
  /** Fills the norm's buffers from the stream. */
  forward(stream: Matrix): void
  /** Adds what comes through the norm to the stream's slopes; `dy` is lost. */
  backward(dy: Matrix, dStream: Matrix): void
}

export const createNorm = (
  { kernels }: Machine,
  { y, normal, inverse }: NormBuffers,
  { gain, bias }: Affine,
  slopes: Affine
): Norm => {
  const { rows, columns: width } = y
  return {
    forward: (stream) =>
      kernels.normForward(rows, width, stream.at, gain.at, bias.at, normal.at, inverse.at, y.at),
    backward: (dy, dStream) =>
      kernels.normBackward(
        rows,
        width,
        dy.at,
        gain.at,
        normal.at,
        inverse.at,
        slopes.gain.at,
        slopes.bias.at,
        dStream.at
      )
  }
}
