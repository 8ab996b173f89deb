import type { Saved } from '../../vector/saved.ts'
import type { Bytes } from '../../vector/vector.ts'
import type { Checkpoint, Kinds, TrainingReport } from '../strategy.ts'

/** How much of a flow one end knows of. */
export interface Mark {
  /** The flow's id, chosen by the end that sends on it. u32 */
  readonly flow: number
  /** Its latest push. u32 */
  readonly number: number
}

/** What a flow has carried since it began: running sums, of which the latest alone matters. */
export interface Sums {
  /** Of the mass, in units of 2^-32, modulo 2^48. */
  readonly mass: number
  /** Of what the peers count for, times their mass, modulo 2^48; 0 where all count the same. */
  readonly worth: number
  /** Of the parameters, in units of 2^-24, modulo 2^32: int32, little-endian. // [parameters] */
  readonly bytes: Bytes
}

export type Message =
  /** Once when a link comes up, and again when the sender leaves. */
  | {
      readonly kind: 'hello'
      readonly round: number
      /** The sender begins no further round: nothing more should be pushed to it. */
      readonly leaving: boolean
      /** What the sender has of the receiver's flow; null: nothing, the flow has to begin anew. */
      readonly heard: Mark | null
    }
  | ({ readonly kind: 'push'; readonly round: number } & Mark & Sums)
  /** In this round the sender has nothing for the receiver. `last`: nor ever again, for it leaves. */
  | { readonly kind: 'pass'; readonly round: number; readonly last: boolean }
  | ({ readonly kind: 'ack' } & Mark)

/** A push that is to be made: what the receiver is known to have matters for what still fits. */
export type Aim = Pick<Mark, 'flow'> & { readonly acked: number }

export type Job =
  /** `from`: the first step's number in the whole schedule. `late`: rounds that this peer is behind. */
  | {
      readonly kind: 'local-steps'
      readonly steps: number
      readonly from: number
      readonly late: number
      /** Of the rate. @default 1 */
      readonly share?: number
    }
  /** `aims`: get an equal share of the mass each, and this peer keeps one. `again`: their sums as they are. */
  | { readonly kind: 'push'; readonly aims: readonly Aim[]; readonly again: readonly Aim[] }
  /** `source`: by which this end counts the flows that it hears. */
  | ({ readonly kind: 'receive'; readonly source: number } & Sums)
  /** Nothing of this flow, or source, will be heard again. */
  | { readonly kind: 'forget'; readonly flow: number | null; readonly source: number | null }
  /** Gives up all mass: what comes next is the others' replica, of which it adds a copy of mass 1. */
  | { readonly kind: 'void' }
  /** Copies what a later life can go on from. */
  | { readonly kind: 'checkpoint' }
  /** Goes on from what an earlier life has copied, with no flows. */
  | { readonly kind: 'resume'; readonly compute: Saved }

export type Result =
  /**
   * `mass`: what this peer holds, 1 at the start. `weight`: what its steps count for, 1 on average.
   * `largest`: magnitude of what it holds of any parameter.
   */
  | ({
      readonly kind: 'trained'
      readonly mass: number
      readonly weight: number
      readonly largest: number
    } & TrainingReport)
  /** Aims that are missing cannot hold more, or there is no mass. */
  | { readonly kind: 'pushed'; readonly pushes: ReadonlyArray<Mark & Sums> }
  | { readonly kind: 'received' }
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'voided' }
  | { readonly kind: 'checkpoint'; readonly compute: Saved }
  | { readonly kind: 'resumed' }

export interface SgpKinds extends Kinds {
  message: Message
  job: Job
  result: Result
  record: Checkpoint
}
