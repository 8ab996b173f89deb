import * as tf from '@tensorflow/tfjs-core'
import { valuesOf } from './border.ts'

/** So many steps may be on their way to the device: enough to keep it busy, few enough to hold. */
const MOST_WAITING = 64

/** Of one step, as [2]: its loss, and 1 where it was taken. */
export const stepEntry = (loss: tf.Tensor, taken: tf.Tensor): tf.Tensor1D =>
  tf.stack([loss, taken]) as tf.Tensor1D

export interface LogReport {
  /** Sum over all steps. */
  readonly loss: number
  readonly count: number
  readonly skipped: number
  /** Whether the last step was taken. */
  readonly good: boolean
}

/** What the steps of a descent came to, read from the device a few dozen at a time. */
export class StepLog {
  #waiting: tf.Tensor1D[] = []
  #loss = 0
  #count = 0
  #skipped = 0
  #good = true

  /** Entries are the log's to dispose of. */
  add(entry: tf.Tensor1D): void {
    this.#waiting.push(entry)
  }

  /** Waits for the device where it is many steps behind. */
  async settle(): Promise<void> {
    if (this.#waiting.length >= MOST_WAITING) await this.#read()
  }

  async report(): Promise<LogReport> {
    if (this.#waiting.length > 0) await this.#read()
    return { loss: this.#loss, count: this.#count, skipped: this.#skipped, good: this.#good }
  }

  dispose(): void {
    tf.dispose(this.#waiting)
    this.#waiting = []
  }

  async #read(): Promise<void> {
    const all = tf.concat(this.#waiting)
    this.dispose()
    try {
      const values = await valuesOf(all)
      for (let i = 0; i < values.length; i += 2) {
        this.#loss += values[i]!
        this.#count += 1
        this.#good = values[i + 1] === 1
        if (!this.#good) this.#skipped += 1
      }
    } finally {
      all.dispose()
    }
  }
}
