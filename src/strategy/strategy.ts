/**
 * The one interface that carries every strategy (docs/architecture.md). A strategy has two pure
 * halves that talk by jobs and results: the protocol half lives on the event loop and never sees a
 * vector; the compute half lives beside the trainer and never sees a peer or a clock.
 */
import type { Random } from '../random.ts'
import type { Budget } from '../swarm/budget.ts'
import type { TopologyConfig } from '../swarm/recipe.ts'
import type { Layout } from '../vector/layout.ts'
import type { Saved } from '../vector/saved.ts'
import type { Bytes, Vector } from '../vector/vector.ts'
import type { Channel, Outgoing } from '../wire/link-end.ts'
import type { Rejected, RejectReason } from '../wire/reject.ts'

export type PeerName = string
export type Milliseconds = number

/** What one strategy says, computes and keeps: unions discriminated by `kind`, structured-cloneable. */
export interface Kinds {
  message: { readonly kind: string }
  job: { readonly kind: string }
  result: { readonly kind: string }
  record: { readonly kind: string }
}

/** A record that a peer can go on from alone: what was kept before it is not needed any more. */
export interface Checkpoint {
  readonly kind: 'checkpoint'
  /** The number that goes with the next round. */
  readonly round: number
  /** Of the compute half and its trainer; `vectors.replica` is the replica, float32. */
  readonly compute: Saved
}

/** Of something that is being fetched, in bytes. */
export interface Progress {
  readonly bytes: number
  readonly total: number
}

/** That `signer` has signed `digest`, 32 bytes, with the key that its name stands for. */
export interface Claim {
  readonly signer: PeerName
  readonly digest: Bytes
  readonly signature: Bytes
}

/** Bytes of every signature (Ed25519). */
export const SIGNATURE_BYTES = 64

export type ProtocolEvent<K extends Kinds> =
  /** Once, before anything else. `records`: what earlier lives have kept, oldest first; a checkpoint is the first. */
  | { readonly type: 'started'; readonly records: ReadonlyArray<K['record']> }
  /** In the order in which the jobs were issued. */
  | { readonly type: 'computed'; readonly result: K['result'] }
  /** Never from a connection already reported down; checked by the codec. */
  | { readonly type: 'received'; readonly from: PeerName; readonly message: K['message'] }
  /** Whom the topology wants now, of so many members, this one included. */
  | {
      readonly type: 'neighbours'
      readonly peers: readonly PeerName[]
      readonly members: number
    }
  /** Down, then up: every reconnect is seen. */
  | { readonly type: 'link'; readonly peer: PeerName; readonly state: 'up' | 'down' }
  | { readonly type: 'timer'; readonly name: string }
  | { readonly type: 'signed'; readonly signature: Bytes }
  /** One answer for each claim, in their order. Answers come in the order of the questions. */
  | { readonly type: 'verified'; readonly valid: readonly boolean[] }
  /** The record outlives a crash from now on. In the order of `persist`. */
  | { readonly type: 'persisted'; readonly record: K['record'] }
  /** In the order of `checkpoint`. Not kept: the disk is full, say; the one before it still stands. */
  | { readonly type: 'checkpointed'; readonly kept: boolean }
  /** Whether this peer trains from now on, or only follows: in between it may have to pause. */
  | { readonly type: 'training'; readonly on: boolean }
  /** What its operator lets this peer send from now on; null: what the recipe says. */
  | { readonly type: 'budget'; readonly budget: Budget | null }
  /** The run is over, whatever has been trained: begin no further round, and end as after the last one. */
  | { readonly type: 'end' }
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
  /** Sign 32 bytes as this peer. */
  | { readonly type: 'sign'; readonly digest: Bytes }
  | { readonly type: 'verify'; readonly claims: readonly Claim[] }
  /** Keep this; what depends on it is shown to nobody before `persisted`. */
  | { readonly type: 'persist'; readonly record: K['record'] }
  /** Keep this beside the records that follow it. It may take long, and may fail: nothing waits for it. */
  | { readonly type: 'checkpoint'; readonly record: K['record'] & Checkpoint }
  /**
   * What the replica is at a place where other peers come by, too: equal cuts must have equal hashes.
   * Hexadecimal, 16 digits each.
   */
  | { readonly type: 'replica'; readonly cut: string; readonly hash: string }
  /** What this neighbour has sent has passed the codec and is wrong all the same. */
  | { readonly type: 'reject'; readonly peer: PeerName; readonly reason: RejectReason }
  /** Figures that the strategy has chosen; each stands until it is said again. */
  | { readonly type: 'chosen'; readonly values: Readonly<Record<string, number>> }
  /** Something that the operator should read. `alarm`: and that stays so. */
  | { readonly type: 'notice'; readonly text: string; readonly alarm?: 'expelled' }
  /** How far the replica of the others is that this peer fetches; null: none is on its way any more. */
  | { readonly type: 'joining'; readonly progress: Progress | null }
  /**
   * From now on the topology is this round's; numbers may be left out. `done`: the share of the run that
   * is over, 0 to 1, where that does not go by the number of the round.
   */
  | { readonly type: 'round-began'; readonly round: number; readonly done?: number }
  /** `heard`: neighbours whose part of this round has come; `missed`: those still owed at the deadline. */
  | {
      readonly type: 'round-completed'
      readonly round: number
      readonly heard: number
      readonly missed: number
    }
  /** No more rounds, nothing owed to a neighbour: the peer may stop. `end`: the run has ended, too. */
  | { readonly type: 'finished'; readonly end?: RunEnd }

/** How far a run came. */
export interface RunEnd {
  /** Examples that all peers together have trained the replica on; null: replicas differ. */
  readonly samples: number | null
}

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
  /** A hash that equal replicas share, and no others; for strategies whose replicas can be equal. */
  fingerprint?(): string
}

/** What training a while reports. */
export interface TrainingReport {
  /** Mean loss over the steps; null when there were none. */
  readonly loss: number | null
  readonly samples: number
}

/** Something whose state can be kept: copies out, and back in. */
export interface Keepable {
  save(): Saved
  /** @throws RangeError for what something else has saved */
  restore(saved: Saved): void
}

/** Gradients and the optimiser apart, for strategies that follow the mean of many peers' gradients. */
export interface Gradients {
  /** Of a batch; 0: there is nothing to learn from now. */
  rows(): number
  /** Mean loss of the next batch; its gradient goes into `into`. // [parameters] */
  gradient(replica: Vector, into: Vector): number
  /**
   * One step of the recipe's optimiser with the learning rate of step `at`, in place, and the same bits
   * on every machine. Clips the gradient where it is. False, and no step: the gradient is not finite.
   */
  follow(replica: Vector, gradient: Vector, at: number): boolean
  /** The same at all who have followed the same gradients. */
  readonly optimizer: Keepable
  /** What the next batch depends on: this peer's own. */
  readonly draws: Keepable
}

/** Local training as the compute half sees it: advances a flat replica in place. */
export interface Trainer {
  readonly layout: Layout
  /** Rows that it draws from; left out where there are none. */
  readonly rows?: number
  /** Loss on the rows that `data.validation` keeps aside; left out where there are none. */
  validate?(replica: Vector): number
  /** The replica that every peer of the swarm starts from. */
  initial(): Vector
  /**
   * `from`: the number of the first of these steps in the whole schedule; a peer may have missed some.
   * `correction`: added to every gradient, after clipping. // [parameters]
   * `share`: of the schedule's learning rate that these steps take. @default 1
   */
  train(
    replica: Vector,
    steps: number,
    from: number,
    correction?: Vector | null,
    share?: number
  ): TrainingReport
  /** All that the next step depends on beside the replica: optimiser, random numbers. */
  save(): Saved
  /** Goes on from there. @throws RangeError for what another model or optimiser has saved */
  restore(saved: Saved): void
  /** Left out by trainers that take steps only. Its optimiser is not that of `train`. */
  gradients?(): Gradients
}

export interface Components {
  readonly self: PeerName
  readonly random: Random
  /** Where to take up; 0 for a peer that begins. */
  readonly round: number
  /** What its operator lets it send; null: what the recipe says. */
  readonly budget?: Budget | null
  /** False: it follows the swarm and does not train, until a `training` event. @default true */
  readonly trains?: boolean
  /** Least time between two checkpoints that are not the last; 0: by rounds alone. @default the strategy's */
  readonly checkpointEvery?: Milliseconds
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
  /** Both ends of an edge have to want it. @default one is enough */
  readonly mutual?: boolean
  /** Whom its peers talk to, in the place of the recipe's topology. @default the recipe's */
  readonly topology?: TopologyConfig
  readonly codec: MessageCodec<K>
  protocol(components: Components): Protocol<K>
  /** `kept`: the replica of an earlier stay, for strategies that can go on from nothing but that. */
  compute(trainer: Trainer, kept?: Vector | null): Compute<K>
}
