import type { Milliseconds } from '../../strategy/strategy.ts'

/** So many at once after a pause, and so many a second. */
export interface Pace {
  readonly burst: number
  readonly perSecond: number
}

/**
 * What strangers may cost. An address is an IPv4 address or an IPv6 /64; a /48 has four times as much in
 * all. A household, an office or a laboratory behind one NAT must fit into one address.
 */
export const STRANGERS = {
  /** Of the connections that strangers may hold: those of one address. */
  share: 1 / 4,
  /** Calls taken of one address. */
  calls: { burst: 32, perSecond: 1 },
  /** Handshakes of one address that are under way. */
  handshakes: 12,
  /** Bytes that one address may send before it holds a link: more wait, unread. */
  bytes: { burst: 4 << 20, perSecond: 256 << 10 },
  /** Streams of one connection that the other end may hold open at a time. */
  openStreams: 96,
  /** Streams that it may begin. */
  streams: { burst: 256, perSecond: 32 },
  /** Pings of the muxer, each of which is answered. */
  pings: { burst: 32, perSecond: 1 },
  /** Frames of the muxer that bring no data: a window of 256 KiB takes two of them. */
  emptyFrames: { burst: 4096, perSecond: 2048 },
  /** Bytes that wait for a neighbour which does not read; two windows of links and their pings fit. */
  unread: 48 << 20,
  /** An identify message; libp2p's own default. */
  identifyBytes: 8 << 10,
  /** Ranges of addresses /48 over addresses /64. */
  wider: 4,
  /** Addresses that are told apart; the others share the room of one. */
  addresses: 4096
} as const satisfies Readonly<Record<string, number | Pace>>

/** Strangers of this very machine: a simulation, or its owner. */
export const LOOPBACK_FACTOR = 16

/** Between two looks at who may be forgotten. */
export const SWEEP: Milliseconds = 60_000
