import type { Bytes } from '../vector/vector.ts'
import type { Evaluator } from './evaluate.ts'
import type { Gpt } from './wasm/gpt/gpt.ts'

/** Enough for a deviation of about 0.01 nats, and few enough to be measured every few rounds. */
const WINDOWS = 300

/** Measures on windows at even distances, from the text's beginning to its end. */
export const createTextEvaluator = (gpt: Gpt, text: Bytes): Evaluator => {
  const { batch, context } = gpt
  const length = context + 1
  const last = text.length - length
  const starts = Array.from({ length: WINDOWS }, (_, i) => Math.floor((last * i) / (WINDOWS - 1)))
  const windows = new Uint8Array(batch * length)
  return {
    evaluate: (replica) => {
      let sum = 0
      for (let first = 0; first < WINDOWS; first += batch) {
        const chunk = starts.slice(first, first + batch)
        chunk.forEach((from, window) => {
          windows.set(text.subarray(from, from + length), window * length)
        })
        sum += gpt.loss(replica, windows, chunk.length)
      }
      return { accuracy: null, loss: sum / (WINDOWS * context), confusion: null }
    },
    dispose: () => {}
  }
}
