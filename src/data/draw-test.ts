import { InvalidInputError } from '../errors.ts'
import { seeded } from '../random.ts'
import { drawShare } from './draw-share.ts'

const SHARE = 0.1
/** The split's own seed: scenarios of every seed have the same test set. */
const SEED = 10_000

interface Parts {
  readonly train: Int32Array<ArrayBuffer>
  readonly test: Int32Array<ArrayBuffer>
}

/** Draws the test from rows that come in one part, to within one row the same share of every class. */
export const drawTest = (
  labels: Uint8Array,
  classes: number,
  share: number | undefined = SHARE
): Parts => {
  const { held: test, kept: train } = drawShare(share, labels, classes, seeded(SEED).fork('test'))
  if (test.length > 0 && train.length > 0) return { train, test }
  const rule = `must leave rows for the training and for the test, of ${labels.length} in all`
  throw new InvalidInputError([{ path: 'data.test', rule, remedy: 'take more rows' }])
}
