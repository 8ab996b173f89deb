import type { Table } from '../data/dataset.ts'
import type { Random } from '../random.ts'
import { type Vector, zeros } from '../vector/vector.ts'

/** A batch's memory, filled anew for every step. */
export interface Batch {
  readonly x: Vector // [batch, features]
  readonly labels: Uint8Array<ArrayBuffer> // [batch]
}

export const emptyBatch = (size: number, features: number): Batch => ({
  x: zeros(size * features),
  labels: new Uint8Array(size)
})

/** Fills the batch with rows drawn uniformly, with replacement. */
export const drawBatch = ({ x, labels }: Batch, table: Table, random: Random): void => {
  const { width } = table
  for (let i = 0; i < labels.length; i++) {
    const row = random.integer(table.rows)
    x.set(table.features.subarray(row * width, (row + 1) * width), i * width)
    labels[i] = table.labels[row]!
  }
}
