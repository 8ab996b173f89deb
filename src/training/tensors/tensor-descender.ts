import * as tf from '@tensorflow/tfjs-core'
import type { Vector } from '../../vector/vector.ts'
import type { Batch } from '../batch.ts'
import type { DescentReport, Step } from '../engine.ts'
import type { AsyncDescender } from './async-engine.ts'
import { download, upload } from './border.ts'
import type { FlatGradient } from './flat-gradient.ts'
import { guard } from './guard.ts'
import type { State, TensorOptimizer } from './optimizers/optimizer.ts'
import { StepLog, stepEntry } from './step-log.ts'

export interface DescenderInit {
  readonly optimizer: TensorOptimizer
  readonly clip: number | null
  /** Of a replica on the device; called inside `tf.tidy`. */
  differentiate(replica: tf.Tensor1D, batch: Batch): FlatGradient
}

/** A step by where its gradient comes from, which is asked inside `tf.tidy`. */
interface Slope {
  readonly rate: number
  at(replica: tf.Tensor1D): FlatGradient
}

/** An optimiser whose state stays on the device, flat, from one call to the next. */
export class TensorDescender implements AsyncDescender {
  readonly #init: DescenderInit
  #state: State

  constructor(init: DescenderInit) {
    this.#init = init
    this.#state = tf.tidy(() => [...init.optimizer.start()])
  }

  descend(replica: Vector, steps: Iterable<Step>, correction: Vector | null) {
    const slopesOf = function* ({ differentiate }: DescenderInit): Iterable<Slope> {
      for (const { batch, rate } of steps) yield { rate, at: (x) => differentiate(x, batch) }
    }
    return this.#walk(replica, slopesOf(this.#init), correction)
  }

  async follow(replica: Vector, gradient: Vector, rate: number): Promise<boolean> {
    const slope: Slope = {
      rate,
      at: () => ({ loss: tf.scalar(0), gradient: upload(gradient) })
    }
    const { skipped } = await this.#walk(replica, [slope], null)
    return skipped === 0
  }

  dispose(): void {
    tf.dispose([...this.#state])
    this.#state = []
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
      const report = await log.report()
      await download(x, replica)
      return report
    } finally {
      log.dispose()
      tf.dispose([x, ...(added === null ? [] : [added])])
    }
  }

  /** Disposes of x and the state before, and returns the x after. */
  #step(x: tf.Tensor1D, slope: Slope, correction: tf.Tensor1D | null, log: StepLog): tf.Tensor1D {
    const { optimizer, clip } = this.#init
    const before = this.#state
    const after = tf.tidy(() => {
      const { loss, gradient } = slope.at(x)
      const guarded = guard({ loss, gradient }, clip, correction)
      const moved = optimizer.step({ x, state: before, rate: slope.rate, ...guarded })
      return { x: moved.x, state: [...moved.state], entry: stepEntry(loss, guarded.taken) }
    })
    this.#state = after.state
    log.add(after.entry)
    tf.dispose([x, ...before])
    return after.x
  }
}
