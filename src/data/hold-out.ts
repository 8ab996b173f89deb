import { InvalidInputError } from '../errors.ts'
import { permutation, type Random } from '../random.ts'
import { rowsByClass } from './rows-by-class.ts'

/** The training rows, parted in two; both ascending. */
export interface HeldOut {
  readonly held: Int32Array<ArrayBuffer>
  readonly kept: Int32Array<ArrayBuffer>
}

/**
 * Keeps a share of the rows aside, to within one row the same share of every class. The same
 * `random` (which stays where it is) gives the same rows, so all peers keep the same ones.
 */
export const holdOut = (
  share: number,
  labels: Uint8Array,
  classes: number,
  random: Random
): HeldOut => {
  const isHeld = new Uint8Array(labels.length)
  const stream = random.fork('validation')
  // Shuffled inside each class, and of all that in a line every 1 / share-th.
  const line = rowsByClass(labels, classes).flatMap((rows, label) =>
    Array.from(permutation(stream.fork(label), rows.length), (place) => rows[place]!)
  )
  const heldUpTo = (place: number): number => Math.round(place * share)
  line.forEach((row, place) => {
    isHeld[row] = heldUpTo(place + 1) - heldUpTo(place)
  })
  const all = Int32Array.from(labels, (_, row) => row)
  const held = all.filter((row) => isHeld[row] === 1)
  if (share > 0 && held.length === 0) {
    const rule = `must be 0, or keep one of the ${labels.length} training rows aside at least`
    const remedy = `give at least ${(1 / labels.length).toPrecision(2)}`
    throw new InvalidInputError([{ path: 'data.validation', rule, remedy }])
  }
  return { held, kept: all.filter((row) => isHeld[row] === 0) }
}
