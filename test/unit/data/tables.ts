import type { Dataset, Table } from '../../../src/data/dataset.ts'
import { openTables } from '../../../src/data/memory.ts'
import type { Vector } from '../../../src/vector/vector.ts'

/** These rows of a dataset, in this order. */
export const tableOf = async (dataset: Dataset, rows: ArrayLike<number>): Promise<Table> =>
  (await openTables(dataset, [Int32Array.from(rows)]))(0)

/** Everything that a table gives. // [rows, width] */
export const featuresOf = ({ rows, width, read }: Table): Vector => {
  const features = new Float32Array(rows * width)
  for (let row = 0; row < rows; row++) read(row, features, row * width)
  return features
}

/** A table as plain data. */
export const contentOf = (table: Table) => ({
  shape: table.shape,
  classes: table.classes,
  labels: [...table.labels],
  features: featuresOf(table)
})

export const labelsOf = ({ labels }: Dataset, rows: Int32Array): number[] =>
  Array.from(rows, (row) => labels[row]!)
