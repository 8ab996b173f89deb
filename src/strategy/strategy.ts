/**
 * The one interface that carries every strategy (docs/architecture.md). A strategy has two pure
 * halves that talk by jobs and results: the protocol half lives on the event loop and never sees a
 * vector; the compute half lives beside the trainer and never sees a peer or a clock.
 */
import type { Random } from '../random.ts'
import type { Layout } from '../vector/layout.ts'
import type { Vector } from '../vector/vector.ts'
import type { Channel, Outgoing } from '../wire/link-end.ts'
import type { Rejected } from '../wire/reject.ts'

export type PeerName = string
export type Milliseconds = number

/** What one strategy says and computes: unions discriminated by `kind`, structured-cloneable. */
export interface Kinds {
  message: { readonly kind: string }
  job: { readonly kind: string }
  result: { readonly kind: string }
}

export type ProtocolEvent<K extends Kinds> =
  /** Once, before anything else. */
  | { readonly type: 'started' }
  /** In the order in which the jobs were issued. */
  | { readonly type: 'computed'; readonly result: K['result'] }
  /** Never from a connection already reported down; checked by the codec. */
  | { readonly type: 'received'; readonly from: PeerName; readonly message: K['message'] }
  /** Whom the topology wants now. */
  | { readonly type: 'neighbours'; readonly peers: readonly PeerName[] }
  /** Down, then up: every reconnect is seen. */
  | { readonly type: 'link'; readonly peer: PeerName; readonly state: 'up' | 'down' }
  | { readonly type: 'timer'; readonly name: string }
  /** Begin no further round, part from the neighbours, then say `finished`. */
  | { readonly type: 'leave' }

export type Effect<K extends Kinds> =
  | { readonly type: 'compute'; readonly job: K['job'] }
  /** `latest` may be overwritten while queued; the overflow of `every` takes the link down. */
  | {
      readonly type: 'send'
      readonly to: PeerName
      readonly message: K['message']
      readonly delivery: 'latest' | 'every'
    }
  /** This end is through with the link. */
  | { readonly type: 'release'; readonly peer: PeerName }
  /** Re-arming a name replaces it. */
  | { readonly type: 'timer'; readonly name: string; readonly after: Milliseconds }
  /** From now on the topology is this round's; numbers may be left out. */
  | { readonly type: 'round-began'; readonly round: number }
  /** `heard`: neighbours whose part of this round has come; `missed`: those still owed at the deadline. */
  | {
      readonly type: 'round-completed'
      readonly round: number
      readonly heard: number
      readonly missed: number
    }
  /** No more rounds, nothing owed to a neighbour: the peer may stop. */
  | { readonly type: 'finished' }

export interface Protocol<K extends Kinds> {
  /** Never throws on a message; duplicates, old and early ones are normal. */
  handle(event: ProtocolEvent<K>, now: Milliseconds): ReadonlyArray<Effect<K>>
}

/** Touched by jobs only: one at a time, in the order issued. */
export interface Compute<K extends Kinds> {
  /** The current replica; readers copy it. */
  readonly replica: Vector
  /** Sum of all that mixing has added to the replica, float64; null unless diagnostics are on. */
  readonly mixed: Float64Array<ArrayBuffer> | null
  run(job: K['job']): K['result']
}

/** What training a while reports. */
export interface TrainingReport {
  /** Mean loss over the steps; null when there were none. */
  readonly loss: number | null
  readonly samples: number
}

/** Local training as the compute half sees it: advances a flat replica in place. */
export interface Trainer {
  readonly layout: Layout
  /** The replica that every peer of the swarm starts from. */
  initial(): Vector
  /** `from`: the number of the first of these steps in the whole schedule; a peer may have missed some. */
  train(replica: Vector, steps: number, from: number): TrainingReport
}

export interface Components {
  readonly self: PeerName
  readonly random: Random
  /** Where to take up; 0 for a peer that begins. */
  readonly round: number
}

export interface MessageCodec<K extends Kinds> {
  /** Largest legal body, in bytes. */
  readonly maxBody: number
  /** Kinds 1..63 belong to the strategy; the control channel overtakes the bulk one. */
  encode(message: K['message']): Outgoing
  /** The message, or why there is none. Never throws; copies what it keeps. */
  decode(kind: number, channel: Channel, body: Uint8Array): K['message'] | Rejected
}

/** A strategy bound to its options, compressor and layout: what `peer/` and `simulation/` run. */
export interface Strategy<K extends Kinds> {
  readonly name: string
  readonly codec: MessageCodec<K>
  protocol(components: Components): Protocol<K>
  compute(trainer: Trainer): Compute<K>
}
