import type { Trainer, TrainingReport } from '../strategy/strategy.ts'
import type { TrainingConfig } from '../swarm/recipe.ts'
import { learningRateAt } from '../swarm/schedule.ts'
import type { Layout } from '../vector/layout.ts'
import { type Vector, zeros } from '../vector/vector.ts'
import { clipByGlobalNorm } from './clip.ts'
import { createOptimizer } from './optimizer.ts'

/** Where a descent's gradients come from: every call is another draw. */
export interface GradientSource {
  /** Rows that one gradient is the mean over; 0: there is nothing to descend. */
  readonly samples: number
  /** Mean loss of the draw; its gradient goes into `into`, [parameters]. */
  gradient(replica: Vector, into: Vector): number
}

export interface ReplicaReport extends TrainingReport {
  /** Steps whose gradient was not finite and was thrown away. */
  readonly skipped: number
}

export interface ReplicaTrainer extends Trainer {
  train(replica: Vector, steps: number, from: number, correction?: Vector | null): ReplicaReport
}

export interface DescentInit {
  readonly layout: Layout
  readonly source: GradientSource
  readonly training: TrainingConfig
  /** A new copy of the starting replica. */
  readonly initial: () => Vector
}

interface Step {
  readonly loss: number
  readonly applied: boolean
}

/** into += a */
const add = (a: Vector, into: Vector): void => {
  for (let i = 0; i < into.length; i++) into[i] = into[i]! + a[i]!
}

/** Gradients in, steps out: clipping, optimiser and schedule, wherever the gradients come from. */
export const createDescent = ({
  layout,
  source,
  training,
  initial
}: DescentInit): ReplicaTrainer => {
  const gradient = zeros(layout.length)
  const optimizer = createOptimizer(training.optimizer, layout)

  /** Returns the draw's loss; `applied` is false when its gradient was not finite. */
  const step = (replica: Vector, index: number, correction: Vector | null): Step => {
    const loss = source.gradient(replica, gradient)
    const applied = Number.isFinite(clipByGlobalNorm(gradient, training.clip))
    if (applied) {
      if (correction !== null) add(correction, gradient)
      optimizer.step(replica, gradient, learningRateAt(training, index))
    }
    return { loss, applied }
  }

  return {
    layout,
    initial,
    train: (replica, steps, from, correction = null) => {
      if (source.samples === 0 || steps === 0) return { loss: null, samples: 0, skipped: 0 }
      let sum = 0
      let skipped = 0
      for (let i = 0; i < steps; i++) {
        const { loss, applied } = step(replica, from + i, correction)
        sum += loss
        if (!applied) skipped += 1
      }
      return { loss: sum / steps, samples: steps * source.samples, skipped }
    }
  }
}
