import type { PeerName } from '../strategy.ts'

/** The peers in the order in which they come behind `self` on the circle of names. */
const behind = (self: PeerName, peers: Iterable<PeerName>): readonly PeerName[] => {
  const sorted = [...peers].sort()
  const first = sorted.findIndex((peer) => peer > self)
  return first < 0 ? sorted : [...sorted.slice(first), ...sorted.slice(0, first)]
}

/** What decides whom a round's push goes to. */
export interface TargetRule {
  readonly self: PeerName
  /** How many at a time. */
  readonly count: number
  /**
   * Only those that are less than half way round: in the exponential graph 1, 2, 4, ... behind, so that
   * in every round each peer pushes to one and hears of one (Assran et al. 2019, appendix A).
   */
  readonly forwards: boolean
}

/** Whom to push to in a round: the neighbours in turn, and for one that is not `able` the next that is. */
export const targetsOf = (
  { self, count, forwards }: TargetRule,
  neighbours: Iterable<PeerName>,
  round: number,
  able: (peer: PeerName) => boolean
): readonly PeerName[] => {
  const all = behind(self, neighbours)
  const order = forwards ? all.slice(0, Math.ceil(all.length / 2)) : all
  const start = order.length === 0 ? 0 : (round * count) % order.length
  return [...order.slice(start), ...order.slice(0, start)].filter(able).slice(0, count)
}
