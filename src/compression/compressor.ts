import type { Bytes, Vector } from '../vector/vector.ts'

/**
 * A lossy (or not) code for one flat vector. Deterministic; keeps no state between calls, so both
 * ends of an edge may hold one instance. The difference between a vector and what its code decodes
 * to is the business of the caller (CHOCO copies, error feedback).
 */
export interface Compressor {
  readonly name: string
  /** Upper bound of `encode(v).byteLength` for any vector of `length` elements. */
  maxBytes(length: number): number
  /** Code of `values`; every value must be finite. The result shares no memory with the input. */
  encode(values: Vector): Bytes
  /**
   * Why `bytes` is no code of a vector of `length` elements, or null if it is one. Never throws,
   * allocates nothing in proportion to what the bytes claim. What passes decodes to finite values.
   */
  check(bytes: Uint8Array, length: number): string | null
  /** into += decoded. `bytes` must have passed `check` for `into.length`. */
  addDecoded(bytes: Uint8Array, into: Vector): void
}
