import type { Random } from '../random.ts'
import type { Trainer, TrainingReport } from '../strategy/strategy.ts'
import type { TrainingConfig } from '../swarm/recipe.ts'
import { learningRateAt } from '../swarm/schedule.ts'
import type { Layout } from '../vector/layout.ts'
import { type Vector, zeros } from '../vector/vector.ts'
import type { Follow } from './follow.ts'
import { descentState } from './resumable.ts'

/** Where a descent's gradients come from: every call is another draw. */
export interface GradientSource {
  /** Rows that one gradient is the mean over; 0: there is nothing to descend. */
  readonly samples: number
  /** What the draws come from. */
  readonly streams: readonly Random[]
  /** Mean loss of the draw; its gradient goes into `into`, [parameters]. */
  gradient(replica: Vector, into: Vector): number
}

export interface ReplicaReport extends TrainingReport {
  /** Steps whose loss or gradient was not finite, and which were left out. */
  readonly skipped: number
}

export interface ReplicaTrainer extends Trainer {
  train(...args: Parameters<Trainer['train']>): ReplicaReport
}

export interface DescentInit {
  readonly layout: Layout
  readonly source: GradientSource
  readonly follow: Follow
  readonly training: TrainingConfig
  /** A new copy of the starting replica. */
  readonly initial: () => Vector
}

export const NOTHING_LEARNT: ReplicaReport = { loss: null, samples: 0, skipped: 0 }

/** Gradients in, steps out, wherever the gradients come from. */
export const createDescent = ({
  layout,
  source,
  follow,
  training,
  initial
}: DescentInit): ReplicaTrainer => {
  const gradient = zeros(layout.length)
  return {
    layout,
    initial,
    ...descentState(follow, source.streams),
    train: (replica, steps, from, correction = null, share = 1) => {
      if (source.samples === 0 || steps === 0) return NOTHING_LEARNT
      let sum = 0
      let skipped = 0
      for (let i = 0; i < steps; i++) {
        const loss = source.gradient(replica, gradient)
        const rate = share * learningRateAt(training, from + i)
        sum += loss
        if (!Number.isFinite(loss) || !follow.step(replica, gradient, rate, correction))
          skipped += 1
      }
      return { loss: sum / steps, samples: steps * source.samples, skipped }
    }
  }
}
