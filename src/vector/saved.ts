/** A vector as it is kept, whatever its numbers are. */
export type SavedVector =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>

/** What something that computes would go on from: copies, which nobody else changes. */
export interface Saved {
  readonly vectors: Readonly<Record<string, SavedVector>>
  /** The rest, as DAG-CBOR can write it: no undefined, NaN or infinity. */
  readonly data: unknown
}
