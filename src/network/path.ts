import type { Milliseconds } from '../strategy/strategy.ts'

/** relayed: through a third peer, with limits; punched: direct, through the NATs of both ends. */
export const PATH_KINDS = ['direct', 'punched', 'relayed'] as const

export type PathKind = (typeof PATH_KINDS)[number]

/** How bytes get to a peer now. */
export interface Path {
  readonly kind: PathKind
  /** Multiaddr of the other end as this end sees it. */
  readonly address: string
  /**
   * Bytes that this end may still send, and for how long, before the relayed connection is made anew;
   * infinite: that is not limited. Null: nothing is.
   */
  readonly quota: { readonly bytes: number; readonly milliseconds: Milliseconds } | null
  /** Smoothed round-trip time; null: not measured yet. */
  readonly rttMs: Milliseconds | null
}
