import type { Machine } from '../machine.ts'
import type { Matrix } from '../matrix.ts'
import type { GptTensors } from './tensors.ts'

/** The last vectors to logits. */
export interface Head {
  forward(y: Matrix, logits: Matrix): void
  /** Fills dy, and the gradient of the characters' table: with the head's where it is tied, else with zeros. */
  backward(y: Matrix, dLogits: Matrix, dy: Matrix): void
}

/** logits = y head, or y characters^T (Press & Wolf 2017). */
export const createHead = (
  { kernels, algebra }: Machine,
  { characters, head }: GptTensors,
  slopes: GptTensors
): Head => {
  const { at, rows, columns } = slopes.characters
  if (head === null) {
    return {
      forward: (y, logits) => algebra.multiplyByTurned(y, characters, logits),
      backward: (y, dLogits, dy) => {
        algebra.multiplyTurned(dLogits, y, slopes.characters)
        algebra.multiply(dLogits, characters, dy)
      }
    }
  }
  return {
    forward: (y, logits) => algebra.multiply(y, head, logits),
    backward: (y, dLogits, dy) => {
      kernels.clear(rows * columns, at)
      algebra.multiplyTurned(y, dLogits, slopes.head!)
      algebra.multiplyByTurned(dLogits, head, dy)
    }
  }
}
