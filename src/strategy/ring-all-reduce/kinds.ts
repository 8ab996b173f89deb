/** What ring-all-reduce says, computes and keeps (docs/strategies/ring-all-reduce.md). */
import type { Saved } from '../../vector/saved.ts'
import type { Bytes } from '../../vector/vector.ts'
import type { Checkpoint, Kinds, PeerName } from '../strategy.ts'
import type { Mark } from './mark.ts'
import type { Memory } from './view.ts'

/** One that is to be in a ring. */
export interface Member {
  readonly name: PeerName
  readonly trains: boolean
  /** Milliseconds that it takes for a batch; 0: not known. */
  readonly pace: number
}

/** What a peer tells of itself when a link comes up, and whenever it changes. */
export interface Status {
  readonly kind: 'status'
  /** The ring that it is in; null: none. */
  readonly ring: string | null
  /** Of the view that it has installed; 0: none. */
  readonly view: number
  /** The highest that it has promised. */
  readonly promised: number
  readonly mark: Mark
  readonly trains: boolean
  /** It wants to go, or has ended. */
  readonly leaving: boolean
}

/** Asks to stop, and to tell what the sender needs to know for another view. */
export interface Propose {
  readonly kind: 'propose'
  readonly generation: number
  readonly ring: string | null
  /** Members answer once they have made so many steps; 0: at once. */
  readonly after: number
}

export interface Vote extends Memory {
  readonly kind: 'vote'
  readonly generation: number
  readonly ring: string | null
  readonly mark: Mark
  readonly trains: boolean
  readonly leaving: boolean
  readonly pace: number
  /** Milliseconds since the oldest job that it waits for was issued; 0: it waits for none. */
  readonly busy: number
  readonly linked: readonly PeerName[]
}

/** The next view. `memory`: what all its members are to remember of earlier ones. */
export interface Install extends Memory {
  readonly kind: 'install'
  readonly generation: number
  readonly ring: string
  readonly base: Mark
  /** In the ring's order. */
  readonly members: readonly Member[]
  /** By member: whose state it takes; null: it has its own. */
  readonly sources: ReadonlyArray<PeerName | null>
}

/** One bucket of a chunk on its way around the ring. */
export interface Piece {
  readonly kind: 'piece'
  readonly generation: number
  readonly step: number
  /** Of what the sender has sent in this view, from 0. */
  readonly seq: number
  /** False: a sum of some; true: the sum of all, to be passed on as it is. */
  readonly whole: boolean
  readonly chunk: number
  readonly bucket: number
  /** Examples that the sum counts for. */
  readonly samples: number
  /** Of a whole one, its owner's milliseconds for a batch; 0: not known. */
  readonly pace: number
  readonly bytes: Bytes
}

export type Message =
  | Status
  | Propose
  | Vote
  | Install
  /** `missing`: bytes of the state that the sender still fetches; 0: it can begin. */
  | { readonly kind: 'ready'; readonly generation: number; readonly missing: number }
  /** All members are ready. */
  | { readonly kind: 'begin'; readonly generation: number }
  | Piece
  /** All pieces of this view below this number have been dealt with. */
  | { readonly kind: 'took'; readonly generation: number; readonly count: number }
  | { readonly kind: 'fetch'; readonly generation: number; readonly offset: number }
  | {
      readonly kind: 'state'
      readonly generation: number
      readonly total: number
      readonly offset: number
      readonly bytes: Bytes
    }

/** Where a piece lies, and of which step it is. */
export interface Place {
  readonly generation: number
  readonly step: number
  readonly chunk: number
  readonly bucket: number
  /** Elements of the vector. */
  readonly from: number
  readonly to: number
}

export type Job =
  /**
   * The gradient of so many batches. `at`, `mean`: the step's first number in the schedule and how many
   * it has there, for trainers that tell no gradients.
   */
  | {
      readonly kind: 'gradient'
      readonly batches: number
      readonly mean: number
      readonly at: number
    }
  /** The own gradient there, coded. */
  | ({ readonly kind: 'own' } & Place)
  /** Adds the own gradient to a sum. `whole`: all others are in it. */
  | ({
      readonly kind: 'add'
      readonly whole: boolean
      readonly bytes: Bytes
      readonly gives: true
    } & Place)
  /** Keeps the sum of all. `gives`: nobody else needs the bytes. */
  | ({ readonly kind: 'take'; readonly bytes: Bytes; readonly gives: boolean } & Place)
  /** Follows the mean over so many examples. `alone`: of the own gradient. */
  | {
      readonly kind: 'apply'
      readonly at: number
      readonly samples: number
      readonly alone: boolean
    }
  | {
      readonly kind: 'read-state'
      readonly to: PeerName
      readonly generation: number
      readonly offset: number
    }
  | {
      readonly kind: 'write-state'
      readonly generation: number
      readonly total: number
      readonly offset: number
      readonly bytes: Bytes
    }
  | { readonly kind: 'hash'; readonly cut: string }
  | { readonly kind: 'checkpoint' }
  | { readonly kind: 'resume'; readonly compute: Saved }

export type Result =
  /** `weight`: examples that the gradient counts for; 0: there is none, or none that is finite. */
  | {
      readonly kind: 'trained'
      readonly loss: number | null
      readonly samples: number
      readonly weight: number
    }
  | ({ readonly kind: 'own'; readonly bytes: Bytes; readonly gives: true } & Place)
  | ({
      readonly kind: 'added'
      readonly whole: boolean
      readonly bytes: Bytes
      readonly gives: true
    } & Place)
  | ({ readonly kind: 'taken' } & Place)
  | { readonly kind: 'applied' }
  | {
      readonly kind: 'read'
      readonly to: PeerName
      readonly generation: number
      readonly total: number
      readonly offset: number
      readonly bytes: Bytes
    }
  /** `complete`: all of it has come; null: it is none of this model's. */
  | { readonly kind: 'written'; readonly generation: number; readonly complete: boolean | null }
  | { readonly kind: 'hashed'; readonly cut: string; readonly hash: string }
  | { readonly kind: 'checkpoint'; readonly compute: Saved }
  | { readonly kind: 'resumed' }

/** Goes on from a replica and what it is. */
export interface CheckpointRecord extends Checkpoint {
  readonly mark: Mark
}

export interface RingKinds extends Kinds {
  message: Message
  job: Job
  result: Result
  record: CheckpointRecord
}
