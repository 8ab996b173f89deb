import type { Saved } from '../../vector/saved.ts'
import type { Bytes } from '../../vector/vector.ts'
import type { Checkpoint, Kinds, TrainingReport } from '../strategy.ts'

/** What a peer says when a link comes up, and whenever it changes its mind about wanting an edge. */
export interface Hello {
  readonly kind: 'hello'
  /** Fresh in every hello; the two nonces of a matching pair name the edge. u32 */
  readonly nonce: number
  readonly wanted: boolean
  /** How many neighbours the sender wants now; fixes the mixing weight of an edge made from this hello. */
  readonly degree: number
  /** The sender's round: what joiners begin with, and slow peers skip to. */
  readonly round: number
  /** The edge that the sender still holds with the receiver, and the last exchange it has applied. */
  readonly have: { readonly id: string; readonly k: number } | null
}

/** One side of exchange k: what brings the copy of the sender's replica up to date at both ends. */
export interface Payload {
  /** The sender asks for a consensus step of gamma / 2^shift; both ends apply the larger shift. */
  readonly shift: number
  /** k = 1: float16 of the replica; later: the compressor's code of the difference to the copy. */
  readonly bytes: Bytes
  /** Rows that the sender trains on, where they weigh. u32 @default 1 */
  readonly worth?: number
  /** That the sender was in. */
  readonly round?: number
}

export type Message =
  | Hello
  | ({
      readonly kind: 'exchange'
      readonly id: string
      readonly k: number
      readonly round: number
    } & Payload)
  /** The edge ends with exchange `final`. */
  | {
      readonly kind: 'retire'
      readonly id: string
      readonly final: number
      readonly round: number
    }
  /** The sender has applied the final exchange. */
  | { readonly kind: 'done'; readonly id: string }

export type Job =
  /** `from`: the first step's number in the whole schedule. `share`: of its rate. @default 1 */
  | {
      readonly kind: 'local-steps'
      readonly steps: number
      readonly from: number
      readonly share?: number
    }
  | {
      readonly kind: 'encode'
      readonly edges: ReadonlyArray<{ readonly id: string; readonly k: number }>
      /** The replica is not the swarm's yet: first exchanges only bring the copies up to date. */
      readonly joining: boolean
    }
  /** Takes the mean of what the neighbours of these edges have told of theirs for its own replica. */
  | { readonly kind: 'adopt'; readonly ids: readonly string[] }
  | {
      readonly kind: 'mix'
      readonly id: string
      readonly k: number
      readonly weight: number
      readonly shift: number
      readonly own: Bytes
      readonly theirs: Bytes
    }
  | { readonly kind: 'forget'; readonly id: string }
  /** Copies what a later life can go on from. */
  | { readonly kind: 'checkpoint' }
  /** Goes on from what an earlier life has copied, with no edges. */
  | { readonly kind: 'resume'; readonly compute: Saved }

export type Result =
  | ({ readonly kind: 'trained' } & TrainingReport)
  /** Edges that are missing have nothing to say: the replica is no longer finite. */
  | {
      readonly kind: 'encoded'
      readonly edges: ReadonlyArray<{ readonly id: string; readonly k: number } & Payload>
    }
  | { readonly kind: 'mixed' }
  | { readonly kind: 'adopted' }
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'checkpoint'; readonly compute: Saved }
  | { readonly kind: 'resumed' }

/**
 * The shift of a first exchange that is only to show the replicas: a step of gamma / 2^31 moves nothing.
 * Who joins late asks for it, so that its untrained replica sets nobody back.
 */
export const SHOW_ONLY_SHIFT = 31

export interface GossipKinds extends Kinds {
  message: Message
  job: Job
  result: Result
  record: Checkpoint
}
