import type { Table } from '../data/dataset.ts'
import type { Random } from '../random.ts'
import { type Batch, drawBatch } from './batch.ts'
import type { GradientSource } from './descent.ts'
import type { Model } from './model.ts'
import { lossAndGradient } from './tensors/gradient.ts'

export interface TableSourceInit {
  readonly model: Model
  readonly table: Table
  /** Draws the rows of every batch. */
  readonly random: Random
  /** Memory that is overwritten by every draw; sources that take turns may share it. */
  readonly batch: Batch
}

const checkFit = (model: Model, table: Table): void => {
  if (table.width === model.features && table.classes === model.classes) return
  throw new RangeError(
    `a model of ${model.features} features and ${model.classes} classes cannot train on ` +
      `rows of ${table.width} features and ${table.classes} classes`
  )
}

/** Gradients of a model on batches of a table, on the open tfjs backend (backend.ts). */
export const tableSource = ({ model, table, random, batch }: TableSourceInit): GradientSource => {
  checkFit(model, table)
  return {
    samples: table.rows === 0 ? 0 : batch.labels.length,
    gradient: (replica, into) => {
      drawBatch(batch, table, random)
      return lossAndGradient(model, replica, batch.x, batch.labels, into)
    }
  }
}
