import type { Milliseconds } from '../../strategy/strategy.ts'

/** What a peer does for others at the most. */
export interface RelayBounds {
  /** Peers that may have a slot, each for so long unless they renew it. */
  readonly slots: number
  readonly slotLasts: Milliseconds
  /** Circuits at a time: all, and those that one peer begins or ends. */
  readonly circuits: number
  readonly circuitsOfPeer: number
  /** Of one circuit: bytes of both directions together, and its life. */
  readonly bytes: number
  readonly lasts: Milliseconds
  /** A circuit on which nothing has moved for so long is cut. */
  readonly idle: Milliseconds
}

/**
 * libp2p's own defaults (128 KiB and 2 minutes) carry no model. At 300 times less than a replica of a
 * million parameters a round is 14 KB: 64 MiB are thousands of rounds.
 */
export const RELAY_BOUNDS: RelayBounds = {
  slots: 64,
  slotLasts: 3_600_000,
  circuits: 128,
  circuitsOfPeer: 16,
  bytes: 64 << 20,
  lasts: 7_200_000,
  idle: 120_000
}
