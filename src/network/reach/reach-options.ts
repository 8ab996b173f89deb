import type { RelayBounds } from './relay-limits.ts'

/** How others can reach this peer, and it them: NetworkOptions.reach. */
export interface ReachOptions {
  /** False: it listens and calls, and that is all. */
  readonly on: boolean
  /** outbound: it listens nowhere, whatever it is told. */
  readonly mode: 'auto' | 'outbound'
  /** Multiaddrs that others are told beside those that it listens on. */
  readonly announce: readonly string[]
  /** Whether it relays; auto: once strangers have been seen to call. */
  readonly relay: 'auto' | 'on' | 'off'
  /** Whether it reserves slots on relays and punches holes. */
  readonly traverse: boolean
  /** What it does for others at the most. @default RELAY_BOUNDS */
  readonly bounds?: RelayBounds
}
