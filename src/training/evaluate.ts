import type { Vector } from '../vector/vector.ts'
import { crossEntropySum } from './cross-entropy.ts'
import type { Engine } from './engine.ts'
import type { Examples } from './examples.ts'
import type { Model } from './models/model.ts'

export interface Evaluation {
  /** Share of the rows whose largest logit is the label's, NaN without rows; null without classes. */
  readonly accuracy: number | null
  /** Mean softmax cross-entropy; of other models what they say of themselves, NaN where that is nothing. */
  readonly loss: number
  /** Rows by label and prediction; null without classes. // [classes, classes] */
  readonly confusion: Int32Array<ArrayBuffer> | null
}

/** Measures replicas on the same examples. */
export interface Evaluator {
  evaluate(replica: Vector): Evaluation
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

/** Mean loss; of rows also how many were right, which says little of a text's characters. */
export const createEvaluator = (
  { engine, model }: { readonly engine: Engine; readonly model: Model },
  examples: Examples
): Evaluator => {
  const { classes, places } = model
  return {
    evaluate: (replica) => {
      const confusion = places === 1 ? new Int32Array(classes * classes) : null
      let loss = 0
      let count = 0
      engine.logits(replica, examples.batches(engine.capacity), (logits, { labels }) => {
        loss += crossEntropySum(logits, labels, classes)
        count += labels.length
        if (confusion !== null) countPredictions(logits, labels, confusion, classes)
      })
      if (confusion === null) return { accuracy: null, loss: loss / count, confusion }
      let right = 0
      for (let c = 0; c < classes; c++) right += confusion[c * classes + c]!
      return { accuracy: right / count, loss: loss / count, confusion }
    }
  }
}
