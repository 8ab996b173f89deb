import { InvalidInputError } from '../errors.ts'
import type { Random } from '../random.ts'
import { type Drawn, drawShare } from './draw-share.ts'

/**
 * Keeps a share of the training rows aside. The same `random` (which stays where it is) gives the same
 * rows, so all peers keep the same ones.
 *
 * @throws InvalidInputError where a share is to be kept, and is less than a row.
 */
export const holdOut = (
  share: number,
  labels: Uint8Array,
  classes: number,
  random: Random
): Drawn => {
  const drawn = drawShare(share, labels, classes, random.fork('validation'))
  if (share > 0 && drawn.held.length === 0) {
    const rule = `must be 0, or keep one of the ${labels.length} training rows aside at least`
    const remedy = `give at least ${(1 / labels.length).toPrecision(2)}`
    throw new InvalidInputError([{ path: 'data.validation', rule, remedy }])
  }
  return drawn
}
