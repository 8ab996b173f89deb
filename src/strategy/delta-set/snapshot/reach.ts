import { sameBytes } from '../../../vector/same.ts'
import { GENESIS } from '../chain.ts'
import type { HeldDeltas } from '../held-deltas.ts'
import type { Cut } from './cut.ts'

/**
 * Whether a peer's log leads from its own position back to a cut. behind: the cut holds what the peer
 * lacks; pruned: what lies between has been forgotten, or is void by now; differs: an origin has two
 * deltas of one number, or other samples.
 */
export const reach = (held: HeldDeltas, cut: Cut): 'reached' | 'behind' | 'pruned' | 'differs' => {
  for (const [origin, { seq }] of cut) if (held.seq(origin) < seq) return 'behind'
  for (const origin of held.origins()) {
    const { seq, digest, samples } = cut.get(origin) ?? { seq: 0, digest: GENESIS, samples: 0 }
    const above = held.above(origin, seq)
    if (above === null) return 'pruned'
    const later = above.reduce((sum, { head }) => sum + head.samples, 0)
    if (samples !== held.samplesOf(origin) - later) return 'differs'
    const own = held.digestAt(origin, seq)
    if (own === undefined || !sameBytes(own, digest)) return 'differs'
  }
  return 'reached'
}
