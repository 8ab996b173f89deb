import { permutation, type Random } from '../random.ts'
import { rowsByClass } from './rows-by-class.ts'

/** Rows parted in two; both ascending. */
export interface Drawn {
  readonly held: Int32Array<ArrayBuffer>
  readonly kept: Int32Array<ArrayBuffer>
}

/** Draws a share of the rows, to within one row the same share of every class. */
export const drawShare = (
  share: number,
  labels: Uint8Array,
  classes: number,
  stream: Random
): Drawn => {
  const isHeld = new Uint8Array(labels.length)
  // Shuffled inside each class, and of all that in a line every 1 / share-th.
  const line = rowsByClass(labels, classes).flatMap((rows, label) =>
    Array.from(permutation(stream.fork(label), rows.length), (place) => rows[place]!)
  )
  const heldUpTo = (place: number): number => Math.round(place * share)
  line.forEach((row, place) => {
    isHeld[row] = heldUpTo(place + 1) - heldUpTo(place)
  })
  const all = Int32Array.from(labels, (_, row) => row)
  return {
    held: all.filter((row) => isHeld[row] === 1),
    kept: all.filter((row) => isHeld[row] === 0)
  }
}
