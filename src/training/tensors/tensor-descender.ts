import * as tf from '@tensorflow/tfjs-core'
import type { Saved } from '../../vector/saved.ts'
import { norm, type Vector, zeros } from '../../vector/vector.ts'
import type { Batch } from '../batch.ts'
import type { DescentReport, Step } from '../engine.ts'
import type { AsyncDescender } from './async-engine.ts'
import { download, upload } from './border.ts'
import type { FlatGradient } from './flat-gradient.ts'
import { StepLog } from './step-log.ts'
import type { State, Update } from './update.ts'

/** Of a replica on the device; called inside `tf.tidy`. */
export type Differentiate = (replica: tf.Tensor1D, batch: Batch) => FlatGradient

/** A step by where its gradient comes from, which is asked inside `tf.tidy`. */
interface Slope {
  readonly rate: number
  at(replica: tf.Tensor1D): FlatGradient
}

const slopesOf = function* (steps: Iterable<Step>, differentiate: Differentiate): Iterable<Slope> {
  for (const { batch, rate } of steps) yield { rate, at: (x) => differentiate(x, batch) }
}

/** An optimiser whose state stays on the device, flat, from one call to the next. */
export class TensorDescender implements AsyncDescender {
  readonly #update: Update
  readonly #differentiate: Differentiate
  #state: State

  constructor(update: Update, differentiate: Differentiate) {
    this.#update = update
    this.#differentiate = differentiate
    this.#state = this.#start()
  }

  descend(
    replica: Vector,
    steps: Iterable<Step>,
    correction: Vector | null
  ): Promise<DescentReport> {
    return this.#walk(replica, slopesOf(steps, this.#differentiate), correction)
  }

  async follow(replica: Vector, gradient: Vector, rate: number): Promise<boolean> {
    const at = () => ({ loss: tf.scalar(0), gradient: upload(gradient) })
    const { skipped } = await this.#walk(replica, [{ rate, at }], null)
    return skipped === 0
  }

  async save(): Promise<Saved> {
    const values: Vector[] = []
    for (const tensor of this.#state) {
      const copy = zeros(tensor.size)
      await download(tensor, copy)
      values.push(copy)
    }
    return this.#update.pack(values)
  }

  async restore(saved: Saved): Promise<void> {
    const state = tf.tidy(() => [...this.#update.unpack(saved)])
    this.dispose()
    this.#state = state
  }

  dispose(): void {
    tf.dispose([...this.#state])
    this.#state = []
  }

  #start(): State {
    return tf.tidy(() => [...this.#update.start()])
  }

  #forget(): void {
    this.dispose()
    this.#state = this.#start()
  }

  async #walk(
    replica: Vector,
    slopes: Iterable<Slope>,
    correction: Vector | null
  ): Promise<DescentReport> {
    const log = new StepLog()
    const added = correction && upload(correction)
    let x = upload(replica)
    try {
      for (const slope of slopes) {
        x = this.#step(x, slope, added, log)
        await log.settle()
      }
      const end = zeros(replica.length)
      await download(x, end)
      const { loss, skipped, count, good } = await log.report()
      if (good && Number.isFinite(norm(end))) {
        replica.set(end)
        return { loss, skipped }
      }
      this.#forget()
      return { loss, skipped: count }
    } finally {
      log.dispose()
      tf.dispose([x, ...(added === null ? [] : [added])])
    }
  }

  /** Disposes of what it replaces, and returns the x after. */
  #step(x: tf.Tensor1D, slope: Slope, correction: tf.Tensor1D | null, log: StepLog): tf.Tensor1D {
    const before = this.#state
    const after = tf.tidy(() => {
      const situation = { x, state: before, correction, rate: slope.rate, ...slope.at(x) }
      const moved = this.#update.step(situation)
      return { ...moved, state: [...moved.state] }
    })
    this.#state = after.state
    log.add(after.entry)
    const kept = new Set<tf.Tensor>([after.x, ...after.state])
    tf.dispose([x, ...before].filter((tensor) => !kept.has(tensor)))
    return after.x
  }
}
