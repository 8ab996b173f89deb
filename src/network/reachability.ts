import type { PeerName } from '../strategy/strategy.ts'

/**
 * Whether strangers can dial this peer, as far as it knows. outbound: it was told not to listen; unknown:
 * nobody has been asked yet, or nobody could tell.
 */
export const REACHABILITIES = ['unknown', 'public', 'private', 'outbound'] as const

export interface Reachability {
  readonly verdict: (typeof REACHABILITIES)[number]
  /** Multiaddrs under which others have seen this peer call. */
  readonly observed: readonly string[]
  /**
   * Whether its NAT gives one address to all that it calls (holes can be punched), or one to each
   * (symmetric); null: not known, or no NAT.
   */
  readonly mapping: 'one' | 'each' | null
  /** Peers that relay for it now. */
  readonly relays: readonly PeerName[]
  /** Peers that it relays for now, and the bytes that it has passed on. */
  readonly relaying: { readonly peers: number; readonly bytes: number }
}

/** Before there is a network. */
export const NO_REACHABILITY: Reachability = {
  verdict: 'unknown',
  observed: [],
  mapping: null,
  relays: [],
  relaying: { peers: 0, bytes: 0 }
}
