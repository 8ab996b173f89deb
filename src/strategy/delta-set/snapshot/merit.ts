/** Whether a peer is better off with a snapshot than with what it has. */
import { sameBytes } from '../../../vector/same.ts'
import type { PeerName } from '../../strategy.ts'
import type { HeldDelta, HeldDeltas } from '../held-deltas.ts'
import type { Cut } from './cut.ts'

export interface Comparison {
  /** True when the cut has something that this peer lacks. */
  readonly news: boolean
  /** Origins of which the cut has more than this peer, and than anybody could serve. */
  readonly gained: readonly PeerName[]
  /** Origins of which this peer has more, and has forgotten how to get there from the cut. */
  readonly lost: readonly PeerName[]
  /** What this peer has beyond the cut and keeps, since its log leads there. */
  readonly kept: readonly HeldDelta[]
  readonly gainedSamples: number
  readonly lostSamples: number
}

/**
 * One side is clearly larger by this factor. Peers of one side are never quite at the same point, and
 * near the factor they may decide differently: sides of about one size must be far from it.
 */
const CLEARLY = 2

/** There is nothing to be had. */
const NOTHING: Comparison = {
  news: false,
  gained: [],
  lost: [],
  kept: [],
  gainedSamples: 0,
  lostSamples: 0
}

/** `unservable`: origins whose missing deltas no neighbour can serve. */
export const compareWith = (
  held: HeldDeltas,
  cut: Cut,
  unservable: ReadonlySet<PeerName>
): Comparison => {
  const gained: PeerName[] = []
  const lost: PeerName[] = []
  const kept: HeldDelta[] = []
  let news = false
  let gainedSamples = 0
  let lostSamples = 0
  for (const [origin, { seq, samples }] of cut) {
    // It holds what a proved equivocator has beyond its last number.
    if (seq > held.last(origin)) return NOTHING
    if (seq <= held.seq(origin)) continue
    news = true
    // What merely has not come yet says nothing about which side of a partition is whose.
    if (!unservable.has(origin)) continue
    gained.push(origin)
    gainedSamples += Math.max(0, samples - held.samplesOf(origin))
  }
  for (const origin of held.origins()) {
    const entry = cut.get(origin)
    const seq = entry?.seq ?? 0
    if (held.seq(origin) <= seq) continue
    // What a proved equivocator has beyond its last number is to go, and cannot without a snapshot.
    if (held.seq(origin) > held.last(origin)) {
      news = true
      continue
    }
    const above = held.above(origin, seq)
    const own = held.digestAt(origin, seq)
    if (above !== null && own !== undefined && (!entry || sameBytes(own, entry.digest))) {
      kept.push(...above.toReversed())
    } else {
      lost.push(origin)
      lostSamples += Math.max(0, held.samplesOf(origin) - (entry?.samples ?? 0))
    }
  }
  return { news, gained, lost, kept, gainedSamples, lostSamples }
}

const first = (names: readonly PeerName[]): PeerName => names.reduce((a, b) => (a < b ? a : b))

/**
 * The side of a partition with more samples wins. Where both have about as many, it is the one that has
 * more of the first origin by name about which they differ: all peers of both sides agree on that.
 */
export const isBetter = ({
  news,
  gained,
  lost,
  gainedSamples,
  lostSamples
}: Comparison): boolean => {
  if (lost.length === 0) return news
  if (gained.length === 0) return false
  if (gainedSamples > CLEARLY * lostSamples) return true
  if (lostSamples > CLEARLY * gainedSamples) return false
  return first(gained) < first(lost)
}
