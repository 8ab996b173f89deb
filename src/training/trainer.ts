import type { Table } from '../data/dataset.ts'
import type { Random } from '../random.ts'
import type { Trainer, TrainingReport } from '../strategy/strategy.ts'
import type { TrainingConfig } from '../swarm/recipe.ts'
import { type Vector, zeros } from '../vector/vector.ts'
import { drawBatch, emptyBatch } from './batch.ts'
import { clipByGlobalNorm } from './clip.ts'
import { lossAndGradient } from './gradient.ts'
import type { Model } from './model.ts'
import { createOptimizer } from './optimizer.ts'
import { learningRateAt } from './schedule.ts'

export interface ReplicaReport extends TrainingReport {
  /** Steps whose gradient was not finite and was thrown away. */
  readonly skipped: number
}

export interface ReplicaTrainer extends Trainer {
  train(replica: Vector, steps: number): ReplicaReport
}

export interface TrainerInit {
  readonly model: Model
  /** This peer's rows; a peer without rows trains nothing. */
  readonly table: Table
  readonly training: TrainingConfig
  /** Draws this peer's batches. */
  readonly random: Random
  /** From the swarm's seed: the same stream at every peer. */
  readonly initial: Random
}

const checkFit = (model: Model, table: Table): void => {
  if (table.width === model.features && table.classes === model.classes) return
  throw new RangeError(
    `a model of ${model.features} features and ${model.classes} classes cannot train on ` +
      `rows of ${table.width} features and ${table.classes} classes`
  )
}

/** Local training of one peer on the open tfjs backend (backend.ts). Knows neither peers nor time. */
export const createTrainer = (init: TrainerInit): ReplicaTrainer => {
  const { model, table, training, random } = init
  checkFit(model, table)
  const batch = emptyBatch(training.batch, table.width)
  const gradient = zeros(model.layout.length)
  const optimizer = createOptimizer(training.optimizer, model.layout.length)
  let taken = 0

  /** Returns the batch's loss; `applied` is false when its gradient was not finite. */
  const step = (replica: Vector): { loss: number; applied: boolean } => {
    drawBatch(batch, table, random)
    const loss = lossAndGradient(model, replica, batch.x, batch.labels, gradient)
    const applied = Number.isFinite(clipByGlobalNorm(gradient, training.clip))
    if (applied) optimizer.step(replica, gradient, learningRateAt(training, taken))
    taken += 1
    return { loss, applied }
  }

  return {
    layout: model.layout,
    // A copy of the stream, so that asking twice gives the same replica.
    initial: () => model.initial(init.initial.fork('replica')),
    train: (replica, steps) => {
      if (table.rows === 0 || steps === 0) return { loss: null, samples: 0, skipped: 0 }
      let sum = 0
      let skipped = 0
      for (let i = 0; i < steps; i++) {
        const { loss, applied } = step(replica)
        sum += loss
        if (!applied) skipped += 1
      }
      return { loss: sum / steps, samples: steps * training.batch, skipped }
    }
  }
}
