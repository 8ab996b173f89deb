import type { PeerName } from '../strategy.ts'
import type { Member } from './kinds.ts'

/**
 * How many batches of a step each member takes: in proportion to its speed, at least one, and `mean`
 * for each member that trains in all (largest remainders). A pace that is not known counts as the
 * median of the others'.
 *
 * `paces`: milliseconds for a batch, 0: not known.
 */
export const sharesOf = (paces: readonly number[], mean: number): readonly number[] => {
  const known = paces.filter((pace) => pace > 0).sort((a, b) => a - b)
  const usual = known[known.length >> 1] ?? 1
  const speeds = paces.map((pace) => 1 / (pace > 0 ? pace : usual))
  const total = speeds.reduce((sum, speed) => sum + speed, 0)
  // One each first: what is left is dealt out, or the slowest would have none and never be measured.
  const spare = (mean - 1) * paces.length
  const wanted = speeds.map((speed) => Math.max(0, (speed / total) * mean * paces.length - 1))
  const sum = wanted.reduce((all, want) => all + want, 0)
  const exact = wanted.map((want) => (sum > 0 ? (want / sum) * spare : 0))
  const shares = exact.map((share) => 1 + Math.floor(share))
  const left = mean * paces.length - shares.reduce((all, share) => all + share, 0)
  const byRemainder = exact
    .map((share, index) => ({ index, rest: share - Math.floor(share) }))
    .sort((a, b) => b.rest - a.rest || a.index - b.index)
  for (const { index } of byRemainder.slice(0, left)) shares[index]! += 1
  return shares
}

/** Of one member that trains. `paces`: by place in the ring. */
export const shareOf = (
  self: PeerName,
  members: readonly Member[],
  paces: readonly number[],
  mean: number
): number => {
  const places = [...members.keys()].filter((place) => members[place]!.trains)
  const shares = sharesOf(
    places.map((place) => paces[place]!),
    mean
  )
  return shares[places.findIndex((place) => members[place]!.name === self)] ?? mean
}
