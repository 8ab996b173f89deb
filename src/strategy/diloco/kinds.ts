import type { Saved } from '../../vector/saved.ts'
import type { Bytes } from '../../vector/vector.ts'
import type { Checkpoint, Kinds, PeerName, TrainingReport } from '../strategy.ts'

/** Where a peer stands: what is the same at all who have made the same outer steps. */
export interface Stance {
  /** The outer round that it is in: outer steps made. u32 */
  readonly round: number
  /** Parts that all its outer steps were made of: of two histories the one with more goes on. u32 */
  readonly merit: number
  /** First 8 bytes of the hash of parameters and outer momentum, hexadecimal. */
  readonly id: string
}

/** One peer's pseudo-gradient of one round. */
export interface Part {
  readonly round: number
  /** Id of the stance that it was learned from: after a fork there may be two of one peer and round. */
  readonly base: string
  /** What it counts in the mean, before staleness. */
  readonly weight: number
  /** Examples that it was learned from. u32 */
  readonly samples: number
  readonly bytes: Bytes
}

/** A part by name. */
export interface Entry extends Pick<Part, 'round' | 'base'> {
  readonly origin: PeerName
}

export type Message =
  /** When a link comes up, and when something of it changes. */
  | {
      readonly kind: 'hello'
      readonly stance: Stance
      readonly trains: boolean
      /** It has no state of the swarm's yet, and asks for one. */
      readonly joining: boolean
      readonly leaving: boolean
    }
  /** `origin`: whose part it is, where it is not the sender's own. */
  | {
      readonly kind: 'part'
      readonly stance: Stance
      readonly origin: PeerName | null
      readonly part: Part
    }
  /** The step of the stance's round is made of these parts and no others. */
  | { readonly kind: 'close'; readonly stance: Stance; readonly entries: readonly Entry[] }
  /** Asks for a part that a close names. */
  | ({ readonly kind: 'want' } & Entry)
  /** Asks for all that a peer needs to go on. */
  | { readonly kind: 'ask' }
  | {
      readonly kind: 'state'
      readonly stance: Stance
      readonly samples: number
      readonly vector: StateVector
      /** float32, little-endian. // [parameters] */
      readonly bytes: Bytes
    }

export type StateVector = 'parameters' | 'momentum'

export interface State {
  readonly parameters: Bytes
  readonly momentum: Bytes
}

/** Of everything up to now. */
export interface Account {
  readonly merit: number
  /** Examples that all parts were learned from. */
  readonly samples: number
}

export type Job =
  /** Answers with the id of what there is. */
  | { readonly kind: 'identify' }
  /** Local steps, and the part that they make. `from`: the first step's number in the whole schedule. */
  | {
      readonly kind: 'local-steps'
      readonly steps: number
      readonly from: number
      readonly round: number
      readonly base: string
    }
  /** The outer step: these parts in this order. `weight`: with staleness. */
  | { readonly kind: 'step'; readonly parts: ReadonlyArray<Omit<Part, 'round' | 'base'>> }
  | { readonly kind: 'state' }
  | ({ readonly kind: 'adopt' } & State & Account)
  /** Copies what a later life can go on from. */
  | { readonly kind: 'checkpoint' }
  /** Goes on from what an earlier life has copied. */
  | { readonly kind: 'resume'; readonly compute: Saved }

type Stands = Account & { readonly id: string }

export type Result =
  /** What is the same at all peers, now. */
  | ({ readonly kind: 'stands' } & Stands)
  | ({ readonly kind: 'trained'; readonly part: Part } & TrainingReport)
  | ({ readonly kind: 'state' } & State & Stands)
  | { readonly kind: 'checkpoint'; readonly compute: Saved }

export interface DilocoKinds extends Kinds {
  message: Message
  job: Job
  result: Result
  record: Checkpoint
}
