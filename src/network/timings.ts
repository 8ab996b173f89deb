import type { Milliseconds } from '../strategy/strategy.ts'
import { PULSE_TIMES, type PulseTimes } from './guard/pulse.ts'

/** How long this layer waits for what. Tests shorten some; nothing else should. */
export interface NetworkTimings {
  /** One attempt to dial, handshakes included; generous, for machines that are starved of CPU. */
  readonly dial: Milliseconds
  /** All four streams of a new link must be open within this. */
  readonly handshake: Milliseconds
  /** The end whose name sorts last leaves the dialling to the other one for this long. */
  readonly grace: Milliseconds
  /** Two connections opened within this are a simultaneous dial; a later one is a restart. */
  readonly simultaneous: Milliseconds
  /** First and longest pause between attempts; it doubles, and jitter takes off up to half. */
  readonly backoff: readonly [first: Milliseconds, longest: Milliseconds]
  /** A link that lived this long has proved itself: its loss starts the backoff anew. */
  readonly proved: Milliseconds
  /** A link that this end does not want is closed after this long without a frame. */
  readonly idle: Milliseconds
  readonly ban: Milliseconds
  /** How long stop() waits for neighbours to read what was sent. */
  readonly linger: Milliseconds
  /** Between two presences of one small swarm's member; a larger swarm stretches it. */
  readonly presence: Milliseconds
  /** When the other end of a connection is taken to be dead. */
  readonly pulse: PulseTimes
}

export const TIMINGS: NetworkTimings = {
  dial: 15_000,
  handshake: 15_000,
  grace: 2_000,
  simultaneous: 5_000,
  backoff: [100, 10_000],
  proved: 10_000,
  idle: 60_000,
  ban: 60_000,
  linger: 2_000,
  presence: 2_000,
  pulse: PULSE_TIMES
}

/** What this layer holds at the most. */
export const LIMITS = {
  /** Unless the operator says otherwise; linksOf says how many of them may carry links. */
  connections: 320,
  /** The rejected frame of one link that ends it: the peer is broken or hostile. */
  rejects: 3,
  /** Members whose presence is believed; protects memory from invented identities. */
  members: 4096
} as const

/** Room beside the links: connections that are shaking hands, or that carry presence alone. */
const ROOM = 1 / 5

/** Of so many connections. Every link may hold a window of bytes in both directions on both channels. */
export const linksOf = (connections: number): number => connections - Math.floor(connections * ROOM)
