import type { PeerName } from '../strategy.ts'
import { freshness } from '../weighting.ts'
import type { Entry, Part } from './kinds.ts'

export interface Weighed {
  /** In the order of the entries. */
  readonly parts: ReadonlyArray<Omit<Part, 'round' | 'base'>>
  readonly contributors: readonly PeerName[]
  /** What this peer's own part is of the whole; 0 where it is not among them. */
  readonly share: number
}

/** What each part counts for in the step of `round`: its own weight, less the later it is. */
export const weigh = (
  entries: readonly Entry[],
  parts: readonly Part[],
  round: number,
  self: PeerName
): Weighed => {
  const weighed = parts.map(({ round: of, weight, samples, bytes }) => {
    return { weight: weight * freshness(round - of), samples, bytes }
  })
  const contributors = entries.map(({ origin }) => origin)
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0)
  const own = weighed[contributors.indexOf(self)]
  return { parts: weighed, contributors, share: own === undefined ? 0 : own.weight / total }
}
