/** What delta-set says, computes and keeps (docs/strategies/delta-set.md). */

import type { Saved } from '../../vector/saved.ts'
import type { Bytes } from '../../vector/vector.ts'
import type { Channel } from '../../wire/link-end.ts'
import type { Checkpoint, Kinds, PeerName, TrainingReport } from '../strategy.ts'
import type { DeltaHead } from './body.ts'
import type { SavedRounds } from './saved-rounds.ts'
import type { CutEntry } from './snapshot/cut.ts'
import type { SnapshotMessage } from './snapshot/messages.ts'

/** One origin's compressed pseudo-gradient, as it is signed, kept and passed on. */
export interface Delta {
  readonly origin: PeerName
  /** Of this origin, from 1. */
  readonly seq: number
  readonly signature: Bytes
  /** Head and payload (body.ts). */
  readonly body: Bytes
}

/** An origin as the sender of a message numbers it; `names` says which peers these are. */
export type OriginNumber = number

/** What a peer has of one origin. */
export interface Holding {
  readonly origin: OriginNumber
  /** All of its deltas up to this one are in the replica. */
  readonly seq: number
  /** Those after this one can be served. */
  readonly floor: number
  /** The first four bytes of delta `seq`'s hash, so that forks are noticed. u32 */
  readonly tag: number
}

export interface Range {
  /** As the receiver numbers it. */
  readonly origin: OriginNumber
  readonly from: number
  readonly count: number
}

/** What an origin has signed of one number, without the delta (chain.ts). */
export interface Statement {
  readonly seq: number
  /** Digest of the delta before. */
  readonly previous: Bytes
  readonly bodyHash: Bytes
  readonly signature: Bytes
}

export type Message =
  /** Goes before any mention of these numbers on a channel of a link; numbers count up from 0. */
  | {
      readonly kind: 'names'
      readonly channel: Channel
      readonly first: OriginNumber
      readonly names: readonly PeerName[]
    }
  /** The first one of a link says everything; later ones what has changed. */
  | { readonly kind: 'have'; readonly holdings: readonly Holding[] }
  | { readonly kind: 'want'; readonly ranges: readonly Range[] }
  | {
      readonly kind: 'delta'
      readonly origin: OriginNumber
      readonly seq: number
      readonly signature: Bytes
      readonly body: Bytes
    }
  | { readonly kind: 'ask-statement'; readonly origin: OriginNumber; readonly seq: number }
  /** Of the number asked for or, where that is forgotten, of the next one known. */
  | { readonly kind: 'statement'; readonly origin: OriginNumber; readonly statement: Statement }
  /** Two different statements of one number. */
  | {
      readonly kind: 'proof'
      readonly origin: OriginNumber
      readonly seq: number
      readonly statements: readonly [Statement, Statement]
    }
  | SnapshotMessage

/** What the compute half needs of a delta beside its payload. */
export interface Application {
  readonly payload: Bytes
  readonly own: boolean
  /** An own one of an earlier life: what it has sent is not to be sent again. */
  readonly recalled: boolean
  /** Weight that its sender has fixed and multiplied into its scales. */
  readonly weight: number
  /** Local steps that it sums up. */
  readonly steps: number
  /**
   * What the mean over peers is taken by: origins that train, as this peer sees it; with a weighting, what
   * they count for together over what this delta's counts for.
   */
  readonly origins: number
}

export type Job =
  /** `from`: the swarm's mean number of steps so far, which the learning rate is a function of. */
  | { readonly kind: 'local-steps'; readonly steps: number; readonly from: number }
  | { readonly kind: 'encode'; readonly density: number; readonly weight: number }
  | { readonly kind: 'apply'; readonly deltas: readonly Application[] }
  /** Takes deltas back, exactly. */
  | { readonly kind: 'undo'; readonly payloads: readonly Bytes[] }
  /** Asks for the replica's hash. */
  | { readonly kind: 'hash' }
  /** The replica without these deltas. `keep`: it is to be served, not only hashed. */
  | { readonly kind: 'snapshot'; readonly undo: readonly Bytes[]; readonly keep: boolean }
  /** Asks for a copy of everything. */
  | { readonly kind: 'checkpoint' }
  /** Goes on from such a copy. */
  | { readonly kind: 'resume'; readonly compute: Saved }
  /**
   * Takes another replica, and applies these deltas to it. `share`: of the way from the new replica back
   * to the old one, as much goes into the residual.
   */
  | {
      readonly kind: 'restore'
      readonly chunks: readonly Bytes[]
      readonly kept: readonly Bytes[]
      readonly share: number
    }

export type Result =
  | { readonly kind: 'checkpoint'; readonly compute: Saved }
  | { readonly kind: 'resumed' }
  /** `worth`: what this peer's deltas count for, where that is not the same for all. */
  | ({
      readonly kind: 'trained'
      readonly largest: number
      readonly worth?: number
    } & TrainingReport)
  /** Null: there is nothing finite to say. */
  | { readonly kind: 'encoded'; readonly payload: Bytes | null }
  | { readonly kind: 'applied' }
  | { readonly kind: 'undone' }
  | { readonly kind: 'hashed'; readonly hash: string }
  | {
      readonly kind: 'snapshot'
      /** SHA-256 of each chunk. */
      readonly hashes: readonly Bytes[]
      readonly bytes: Bytes | null
    }
  | { readonly kind: 'restored' }

/** An own delta: kept before anybody sees it, so that a crash cannot make its origin sign another. */
export interface OwnRecord {
  readonly kind: 'own'
  readonly delta: Delta
}

/** Two statements of one number by one origin. */
export interface Proof {
  readonly origin: PeerName
  readonly first: Statement
  readonly second: Statement
}

/** All that this peer is at a cut: it goes on from there alone, and can serve what it could. */
export interface CheckpointRecord extends Checkpoint {
  /** The highest own number that has been signed. */
  readonly signed: number
  readonly cut: ReadonlyArray<{ readonly origin: PeerName } & CutEntry>
  /** Deltas below the cut, and statements (saved-log.ts). */
  readonly log: Bytes
  /** About origins that are expelled. */
  readonly proofs: readonly Proof[]
  readonly rounds: SavedRounds
}

export interface DeltaKinds extends Kinds {
  message: Message
  job: Job
  result: Result
  record: OwnRecord | CheckpointRecord
}

export type { DeltaHead }
