import type { Table } from '../data/dataset.ts'
import type { Random } from '../random.ts'
import type { Bytes } from '../vector/vector.ts'
import { type Batch, rowBatch, textBatch } from './batch.ts'

/** What a peer learns from, or what replicas are measured on. */
export interface Examples {
  /** Rows, or characters; of 0 nothing is learnt. */
  readonly count: number
  /** Batches of so many examples, drawn uniformly with replacement, in memory of their own. */
  draws(size: number, random: Random): () => Batch
  /** All that is measured, once, in batches of at most so many examples. */
  batches(size: number): Iterable<Batch>
}

const readRows = (
  table: Table,
  rows: ArrayLike<number>,
  into: ReturnType<typeof rowBatch>
): void => {
  for (let i = 0; i < rows.length; i++) {
    table.read(rows[i]!, into.x, i * table.width)
    into.labels[i] = table.labels[rows[i]!]!
  }
}

/** `most`: rows of the table that are measured, from its beginning. */
export const rowExamples = (table: Table, most = table.rows): Examples => ({
  count: table.rows,
  draws: (size, random) => {
    const batch = rowBatch(size, table.width)
    return () => {
      for (let i = 0; i < size; i++) {
        const row = random.integer(table.rows)
        table.read(row, batch.x, i * table.width)
        batch.labels[i] = table.labels[row]!
      }
      return batch
    }
  },
  *batches(size) {
    const used = Math.min(most, table.rows)
    for (let start = 0; start < used; start += size) {
      const rows = Array.from({ length: Math.min(size, used - start) }, (_, i) => start + i)
      const batch = rowBatch(rows.length, table.width)
      readRows(table, rows, batch)
      yield batch
    }
  }
})

/** Enough for a deviation of about 0.01 nats, and few enough to be measured every few rounds. */
const WINDOWS = 300

/**
 * Windows of `context` characters, each with the one that follows it as its label. They are drawn to
 * begin anywhere, and measured at even distances from the text's beginning to its end.
 */
export const textExamples = (text: Bytes, context: number): Examples => {
  const last = text.length - context - 1
  const read = (
    window: number,
    from: number,
    { x, labels }: ReturnType<typeof textBatch>
  ): void => {
    x.set(text.subarray(from, from + context), window * context)
    labels.set(text.subarray(from + 1, from + 1 + context), window * context)
  }
  return {
    count: text.length,
    draws: (size, random) => {
      const batch = textBatch(size, context)
      return () => {
        for (let window = 0; window < size; window++) read(window, random.integer(last + 1), batch)
        return batch
      }
    },
    *batches(size) {
      for (let first = 0; first < WINDOWS; first += size) {
        const batch = textBatch(Math.min(size, WINDOWS - first), context)
        for (let window = 0; first + window < Math.min(first + size, WINDOWS); window++) {
          read(window, Math.floor((last * (first + window)) / (WINDOWS - 1)), batch)
        }
        yield batch
      }
    }
  }
}
