import { type Bytes, type Vector, zeros } from '../vector/vector.ts'

/** Examples to learn from or to be measured on; memory that may be overwritten by every draw. */
export interface Batch {
  /** Rows, normalised; of a text the numbers of its characters. // [examples, features] */
  readonly x: Vector | Bytes
  readonly labels: Bytes // [examples, places], 0..classes-1
}

export const rowBatch = (rows: number, features: number) => ({
  x: zeros(rows * features),
  labels: new Uint8Array(rows)
})

export const textBatch = (windows: number, context: number) => ({
  x: new Uint8Array(windows * context),
  labels: new Uint8Array(windows * context)
})
