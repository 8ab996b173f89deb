import * as tf from '@tensorflow/tfjs-core'
import type { Table } from '../data/dataset.ts'
import type { Vector } from '../vector/vector.ts'
import { crossEntropySum } from './cross-entropy.ts'
import type { Model } from './model.ts'
import { tensorsOf } from './tensors/parameters.ts'
import { peek } from './tensors/readback.ts'

/** Rows per forward pass: few dispatches, and the hidden layer still fits the second-level cache. */
const CHUNK = 1000

export interface Evaluation {
  /** Share of the rows whose largest logit is the label's, NaN without rows; null without classes. */
  readonly accuracy: number | null
  /** Mean softmax cross-entropy; of a synthetic model, what it says of itself. */
  readonly loss: number
  /** Rows by label and prediction; null without classes. // [classes, classes] */
  readonly confusion: Int32Array<ArrayBuffer> | null
}

/** Holds a table's rows on the backend's heap, so that many replicas can be measured on them. */
export interface Evaluator {
  evaluate(replica: Vector): Evaluation
  dispose(): void
}

interface Chunk {
  readonly x: tf.Tensor2D // [rows, features]
  readonly labels: Uint8Array<ArrayBuffer>
}

const chunksOf = (table: Table, rows: number): readonly Chunk[] => {
  const chunks: Chunk[] = []
  for (let start = 0; start < rows; start += CHUNK) {
    const end = Math.min(start + CHUNK, rows)
    const values = table.features.subarray(start * table.width, end * table.width)
    const x = tf.keep(tf.tensor2d(values, [end - start, table.width]))
    chunks.push({ x, labels: table.labels.subarray(start, end) })
  }
  return chunks
}

/** Counts predictions into `confusion`; an all-NaN row counts as class 0. */
const countPredictions = (
  logits: ArrayLike<number>, // [rows, classes]
  labels: Uint8Array,
  confusion: Int32Array,
  classes: number
): void => {
  for (let row = 0; row < labels.length; row++) {
    let best = 0
    for (let c = 1; c < classes; c++) {
      if (logits[row * classes + c]! > logits[row * classes + best]!) best = c
    }
    const cell = labels[row]! * classes + best
    confusion[cell] = confusion[cell]! + 1
  }
}

/** Measures on the first `rows` rows of the table, all by default. Dispose it to free them. */
export const createEvaluator = (model: Model, table: Table, rows = table.rows): Evaluator => {
  const used = Math.min(rows, table.rows)
  const { classes, layout } = model
  const chunks = chunksOf(table, used)

  /** Returns the sum of the chunk's losses. */
  const measure = (parameters: readonly tf.Tensor[], chunk: Chunk, confusion: Int32Array) =>
    tf.tidy(() => {
      const logits = peek(model.logits(parameters, chunk.x))
      countPredictions(logits, chunk.labels, confusion, classes)
      return crossEntropySum(logits, chunk.labels, classes)
    })

  return {
    evaluate: (replica) => {
      const confusion = new Int32Array(classes * classes)
      let loss = 0
      tf.tidy(() => {
        const parameters = tensorsOf(layout, replica)
        for (const chunk of chunks) loss += measure(parameters, chunk, confusion)
      })
      let right = 0
      for (let c = 0; c < classes; c++) right += confusion[c * classes + c]!
      return { accuracy: right / used, loss: loss / used, confusion }
    },
    dispose: () => {
      for (const { x } of chunks) x.dispose()
    }
  }
}

/** One measurement; with several replicas on the same rows, an evaluator saves the copying. */
export const evaluate = (
  model: Model,
  replica: Vector,
  table: Table,
  rows?: number
): Evaluation => {
  const evaluator = createEvaluator(model, table, rows)
  try {
    return evaluator.evaluate(replica)
  } finally {
    evaluator.dispose()
  }
}
