import type { Vector } from '../vector/vector.ts'

/** One part (train, test) of a labelled dataset. Rows are made or decoded only when they are read. */
export interface Split {
  /** Class of every row, 0..classes-1; its length is the number of rows. */
  readonly labels: Uint8Array<ArrayBuffer>
  /** Writes row `index`, normalised, into `into` at `offset`. // [features] */
  read(index: number, into: Vector, offset: number): void
}

export interface Dataset {
  readonly name: string
  readonly classes: number
  /** Shape of one row: [height, width, channels]. */
  readonly shape: readonly [number, number, number]
  readonly train: Split
  readonly test: Split
}

/** Rows held in memory, ready for batches. */
export interface Table {
  /** [rows, features] */
  readonly features: Vector
  /** [rows] */
  readonly labels: Uint8Array<ArrayBuffer>
  readonly rows: number
  /** Elements of one row. */
  readonly width: number
  readonly classes: number
}

/** Reads the given rows (all of them by default) into memory, in the given order. */
export const tableOf = (dataset: Dataset, split: Split, rows?: ArrayLike<number>): Table => {
  const indices = rows ?? Int32Array.from(split.labels, (_, index) => index)
  const width = dataset.shape.reduce((product, side) => product * side, 1)
  const features = new Float32Array(indices.length * width)
  const labels = new Uint8Array(indices.length)
  for (let i = 0; i < indices.length; i++) {
    split.read(indices[i]!, features, i * width)
    labels[i] = split.labels[indices[i]!]!
  }
  return { features, labels, rows: indices.length, width, classes: dataset.classes }
}
