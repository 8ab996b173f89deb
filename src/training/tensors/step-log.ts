import * as tf from '@tensorflow/tfjs-core'
import type { DescentReport } from '../engine.ts'
import { valuesOf } from './border.ts'

/** So many steps may be on their way to the device: enough to keep it busy, few enough to hold. */
const MOST_WAITING = 64

/** Of one step, as [2]: its loss, and 1 where it was taken. */
export const stepEntry = (loss: tf.Tensor, taken: tf.Tensor): tf.Tensor1D =>
  tf.stack([loss, taken]) as tf.Tensor1D

/** What the steps of a descent came to, read from the device a few dozen at a time. */
export class StepLog {
  #waiting: tf.Tensor1D[] = []
  #loss = 0
  #skipped = 0

  /** Entries are the log's to dispose of. */
  add(entry: tf.Tensor1D): void {
    this.#waiting.push(entry)
  }

  /** Waits for the device where it is many steps behind. */
  async settle(): Promise<void> {
    if (this.#waiting.length >= MOST_WAITING) await this.#read()
  }

  async report(): Promise<DescentReport> {
    if (this.#waiting.length > 0) await this.#read()
    return { loss: this.#loss, skipped: this.#skipped }
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
        this.#skipped += 1 - values[i + 1]!
      }
    } finally {
      all.dispose()
    }
  }
}
