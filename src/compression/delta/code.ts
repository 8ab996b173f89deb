import type { Layout } from '../../vector/layout.ts'
import type { Bytes, Vector } from '../../vector/vector.ts'

/**
 * A delta: the largest values of a residual as signs and integer scales, already weighted, so that
 * applying it is integer addition and nothing else. `docs/protocol.md` has the bytes.
 */

/** One magnitude for each tensor, or two that are fitted to the values kept of it. */
export type DeltaValues = 'one-bit' | 'two-level'

/** The largest of the whole flat vector, or of every run of `size` elements (the last is shorter). */
export type DeltaSelection =
  | { readonly kind: 'global' }
  | { readonly kind: 'chunk'; readonly size: number }

export interface DeltaCodeOptions {
  readonly layout: Layout
  readonly values: DeltaValues
  readonly selection: DeltaSelection
  /** Largest share of the values that a payload may hold, above 0, at most 1. */
  readonly maxDensity: number
  /** Largest legal scale, 1 to 2^30, in units of 2^-24. */
  readonly maxScale: number
}

/** Sender's side. */
export interface DeltaEncoder {
  /** [parameters]; a view of memory of the encoder's own, valid for its whole life. */
  readonly residual: Vector
  /**
   * Codes the round(density length) values of largest magnitude, at least one of the vector or of
   * each run, but no zeros, and takes out of the residual what receivers will apply, unweighted
   * (rounding included). Of equal magnitudes at the boundary the lowest indices stay; a density
   * beyond `maxDensity` counts as `maxDensity`, a scale beyond `maxScale` as `maxScale`. Null where
   * the residual is not finite or everything rounds to nothing: then nothing is changed. Throws
   * RangeError unless density is above 0 and weight 2^-24 to 2^24.
   */
  encode(density: number, weight: number): Bytes | null
}

/** The first `count` entries count. */
export interface DecodedDelta {
  readonly count: number
  /** Ascending, over the flat vector. */
  readonly indices: Int32Array
  /** To be subtracted from the replica in fixed point, units of 2^-24. */
  readonly values: Int32Array
}

/** What is wrong with bytes: a scale that is zero or above `maxScale`, or anything else. */
export type DeltaProblem = 'scale' | 'values'

/** Receiver's side. */
export interface DeltaDecoder {
  readonly maxBytes: number
  /** Why bytes are no payload, or null if they are. Never throws, allocates nothing. */
  check(bytes: Uint8Array): DeltaProblem | null
  /** `bytes` must have passed `check`. The next call of either reuses the arrays. */
  decode(bytes: Uint8Array): DecodedDelta
}
