import type { FirstGradient } from './line-up.ts'
import { relativeDifference } from './summary.ts'

/** A few of float32's last places, after the sums of a deep network. */
const MOST_LOSS = 1e-5
/**
 * A unit at the very edge of a ReLU counts or does not, as rounding has it: in resnet20 one of them
 * is worth 1e-3 of a gradient. Another architecture makes a difference of about 1.
 */
const MOST_GRADIENT = 1e-2

/** How far `own` is from computing what `theirs` does, where that is too far; null where it agrees. */
export const disagreement = (own: FirstGradient, theirs: FirstGradient): string | null => {
  const loss = Math.abs(own.loss - theirs.loss) / Math.abs(theirs.loss)
  if (!(loss <= MOST_LOSS)) return `its loss is ${own.loss}, not ${theirs.loss}`
  const gradient = relativeDifference(own.gradient, theirs.gradient)
  if (gradient <= MOST_GRADIENT) return null
  return `its gradient differs by ${gradient.toExponential(1)}`
}
