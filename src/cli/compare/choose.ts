/** Which of the settings that were tried a strategy runs with. */
import { chooseTrial, type Trial } from '../../simulation/baselines/choose.ts'

export interface TriedSetting extends Trial {
  /** The variant. */
  readonly label: string
  readonly bytesPerPeer: number
}

/**
 * Held-out rows are few: a standard error of 97 % on 1,200 of them is half a point, and of losses as much
 * is taken. Variants so near to the best are told apart by their bytes (the one-standard-error rule,
 * Breiman et al. 1984, section 3.4.3).
 */
const MARGIN = { accuracy: 0.005, loss: 0.02 } as const

/** Bytes that differ by less are the same: how often a peer asks or answers again is chance. */
const FEWER = 0.9

const isNear = (one: TriedSetting, best: TriedSetting): boolean => {
  if (best.accuracy !== null) return best.accuracy - (one.accuracy ?? 0) <= MARGIN.accuracy
  if (best.loss === null) return one.loss === null
  return one.loss !== null && one.loss - best.loss <= MARGIN.loss * Math.abs(best.loss)
}

/** The best rate of each variant, then the variant of the fewest bytes near the best. Null of nothing. */
export const chooseSetting = <T extends TriedSetting>(tried: readonly T[]): T | null => {
  const labels = [...new Set(tried.map(({ label }) => label))]
  const winners = labels.map(
    (label) => chooseTrial(tried.filter((one) => one.label === label)) as T
  )
  const best = chooseTrial(winners) as T | null
  if (best === null) return null
  const near = winners.filter((one) => isNear(one, best))
  const fewer = near.filter(({ bytesPerPeer }) => bytesPerPeer < FEWER * best.bytesPerPeer)
  return fewer.reduce((least, one) => (one.bytesPerPeer < least.bytesPerPeer ? one : least), best)
}
