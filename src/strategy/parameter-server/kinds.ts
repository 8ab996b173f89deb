import type { Saved } from '../../vector/saved.ts'
import type { Bytes } from '../../vector/vector.ts'
import type { Checkpoint, Kinds, PeerName, TrainingReport } from '../strategy.ts'

/** Who serves a shard in a term: the primary first. */
export interface Lead {
  readonly term: number
  readonly group: readonly PeerName[]
}

/** follower: takes parameters only; server: would train if it did not serve. */
export type Role = 'follower' | 'trainer' | 'server'

/** What replicas of a shard apply, in one order. */
export type Op =
  | { readonly kind: 'join'; readonly peer: PeerName; readonly life: number; readonly role: Role }
  | {
      readonly kind: 'push'
      readonly peer: PeerName
      readonly seq: number
      /** The shard's version that the update was computed from. */
      readonly base: number
      /** Examples; 0: no update, only word that there is none. */
      readonly weight: number
      readonly bytes: Bytes
    }
  /** Nobody waits for this peer any more. */
  | { readonly kind: 'drop'; readonly peer: PeerName }
  /** The same, by its own wish. `complete`: it has done its last round. */
  | { readonly kind: 'finish'; readonly peer: PeerName; readonly complete: boolean }
  /** All that were expected have joined, or were waited for long enough. */
  | { readonly kind: 'open' }

interface OfShard {
  readonly shard: number
}
interface OfTerm extends OfShard {
  readonly term: number
}
interface OfLife extends OfShard {
  /** Of a peer's process: names its sequence of pushes. u32 */
  readonly life: number
}

export type Message =
  /** Asks for a term. */
  | ({ readonly kind: 'stand' } & OfTerm)
  | ({
      readonly kind: 'promise'
      /** False: `promised` is in the way. */
      readonly granted: boolean
      readonly promised: number
      readonly accepted: Lead | null
      /** Term of the shard's state that the sender has; 0: it has none. */
      readonly held: number
      /** Of the sender's own copy of the parameters, plus 1; 0: it has none but the first. */
      readonly version: number
    } & OfTerm)
  /** Asks that this group serves in this term. */
  | ({ readonly kind: 'settle'; readonly group: readonly PeerName[] } & OfTerm)
  | ({ readonly kind: 'settled'; readonly granted: boolean; readonly promised: number } & OfTerm)
  /** This group serves. `over`: nobody trains any more. */
  | ({
      readonly kind: 'lead'
      readonly group: readonly PeerName[]
      readonly over: boolean
    } & OfTerm)
  /** The primary lives and has applied `op` operations. */
  | ({ readonly kind: 'beat'; readonly op: number } & OfTerm)
  /** A backup has applied so many; it has the state of this term. */
  | ({ readonly kind: 'beaten'; readonly op: number } & OfTerm)
  | ({ readonly kind: 'append'; readonly n: number; readonly op: Op } & OfTerm)
  | ({ readonly kind: 'ask-state'; readonly piece: number } & OfTerm)
  | ({
      readonly kind: 'state'
      /** 0: the table; then one vector each. */
      readonly piece: number
      readonly pieces: number
      /** Operations in it; all pieces of one copy have the same. */
      readonly op: number
      /** Steps that the shard's optimiser has made. */
      readonly steps: number
      readonly bytes: Bytes
    } & OfTerm)
  | ({ readonly kind: 'join'; readonly role: Role } & OfLife)
  | ({
      readonly kind: 'push'
      readonly seq: number
      readonly base: number
      readonly weight: number
      readonly bytes: Bytes
    } & OfLife)
  /** Asks for parameters of a version above `version`, or above the push `seq`. */
  | ({ readonly kind: 'pull'; readonly seq: number; readonly version: number } & OfLife)
  /** The push is in the state of all replicas. `late`: and changes nothing, its round was over. */
  | ({ readonly kind: 'counted'; readonly seq: number; readonly late: boolean } & OfLife)
  | ({
      readonly kind: 'params'
      /** The last push of this life that is decided. */
      readonly seq: number
      readonly version: number
      /** The receiver's next round. */
      readonly round: number
      /** That push has come too late to count. */
      readonly late: boolean
      /** The receiver has not been drawn for this round: it waits for another one. */
      readonly rests: boolean
      readonly bytes: Bytes
    } & OfLife)
  | ({ readonly kind: 'finish'; readonly complete: boolean } & OfLife)
  | ({ readonly kind: 'parted' } & OfLife)
  /** The shard does not know this life: it has to join. */
  | ({ readonly kind: 'stranger' } & OfLife)

export type Job =
  | { readonly kind: 'local-steps'; readonly steps: number; readonly from: number }
  /** The update of every shard's range. */
  | { readonly kind: 'encode' }
  /** `counted`: what this peer has pushed last is in them. */
  | ({ readonly kind: 'adopt'; readonly bytes: Bytes; readonly counted: boolean } & OfShard)
  /** The shard begins: with the first replica, or, `anew`, with this peer's copy of the parameters. */
  | ({ readonly kind: 'found'; readonly anew: boolean } & OfShard)
  | ({ readonly kind: 'gather'; readonly bytes: Bytes; readonly weight: number } & OfShard)
  /** Ends a synchronous round: applies the mean of what was gathered. */
  | ({ readonly kind: 'close'; readonly total: number } & OfShard)
  | ({ readonly kind: 'step'; readonly bytes: Bytes; readonly scale: number } & OfShard)
  | ({ readonly kind: 'read' } & OfShard)
  | ({ readonly kind: 'snapshot' } & OfShard)
  | ({
      readonly kind: 'restore'
      readonly steps: number
      readonly vectors: readonly Bytes[]
    } & OfShard)
  | ({ readonly kind: 'forget' } & OfShard)
  | { readonly kind: 'checkpoint' }
  | { readonly kind: 'resume'; readonly compute: Saved }

export type Result =
  | ({ readonly kind: 'trained' } & TrainingReport)
  /** Null: the update is not finite. `weight`: what it counts for. @default its examples */
  | {
      readonly kind: 'encoded'
      readonly updates: ReadonlyArray<Bytes | null>
      readonly weight?: number
    }
  | ({ readonly kind: 'read'; readonly bytes: Bytes } & OfShard)
  | ({
      readonly kind: 'snapshot'
      readonly steps: number
      readonly vectors: readonly Bytes[]
    } & OfShard)
  | { readonly kind: 'checkpoint'; readonly compute: Saved }
  | { readonly kind: 'done' }

/** What a peer has promised and accepted for one shard; the latest one counts. */
export interface Vote {
  readonly kind: 'vote'
  readonly shard: number
  readonly promised: number
  /** Who stood for `promised`. */
  readonly candidate: PeerName
  readonly accepted: Lead | null
}

export interface ServerCheckpoint extends Checkpoint {
  readonly votes: readonly Vote[]
}

export interface ServerKinds extends Kinds {
  message: Message
  job: Job
  result: Result
  record: ServerCheckpoint | Vote
}
