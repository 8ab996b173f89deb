/** What is said about snapshots (docs/decisions/0012). */
import type { Bytes } from '../../../vector/vector.ts'

/** Where one origin stands in a cut. */
export interface CutLine {
  /** As the sender of the message numbers it. */
  readonly origin: number
  readonly seq: number
  /** Rows of all its deltas that count up to here. */
  readonly samples: number
  /** Of delta `seq`, 32 bytes. */
  readonly digest: Bytes
}

/**
 * behind: lacks deltas of the cut, and has not got them in time; pruned: has forgotten deltas above
 * it; differs: has another replica there; gone: does not hold it any more.
 */
export const REFUSALS = ['behind', 'pruned', 'differs', 'gone'] as const

export type Refusal = (typeof REFUSALS)[number]

export type SnapshotMessage =
  /**
   * The sender has taken its n-th snapshot in this life: what it has said before of its holdings does
   * not hold.
   */
  | { readonly kind: 'restored'; readonly times: number }
  | { readonly kind: 'snapshot-ask' }
  | {
      readonly kind: 'snapshot-offer'
      readonly lines: readonly CutLine[]
      /** SHA-256 of each chunk. */
      readonly hashes: readonly Bytes[]
      readonly signature: Bytes
    }
  /** Is this the replica at that cut? */
  | {
      readonly kind: 'snapshot-confirm'
      readonly lines: readonly CutLine[]
      /** SHA-256 over the chunks' hashes. */
      readonly root: Bytes
    }
  | {
      readonly kind: 'snapshot-confirmed'
      readonly id: Bytes
      readonly signature: Bytes
      /** It holds the chunks, too. */
      readonly serves: boolean
    }
  | { readonly kind: 'snapshot-refused'; readonly id: Bytes; readonly reason: Refusal }
  | { readonly kind: 'chunk-ask'; readonly id: Bytes; readonly index: number }
  | {
      readonly kind: 'chunk'
      readonly id: Bytes
      readonly index: number
      readonly bytes: Bytes
    }
