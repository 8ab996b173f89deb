import { z } from 'zod'
import { savedData } from '../strategy/saved-data.ts'
import type { Gradients, Trainer, TrainingReport } from '../strategy/strategy.ts'
import type { ReplicaTrainer } from './descent.ts'

/** How training went wrong, since the beginning. */
export interface Trouble {
  /** Steps whose loss or gradient was not finite, and which were left out. */
  readonly skippedSteps: number
  /** Rounds in which the loss was above the limit, or no number. */
  readonly divergedRounds: number
}

export const NO_TROUBLE: Trouble = { skippedSteps: 0, divergedRounds: 0 }

export interface Taken extends TrainingReport {
  readonly steps: number
  readonly diverging: boolean
}

/** A trainer that also remembers what it has done since it was last asked. */
export interface MeteredTrainer extends Trainer {
  trouble(): Trouble
  /** Steps, samples and mean loss since the last `take`. */
  take(): Taken
}

/** Of the loss of who guesses evenly between all classes, ln(classes): so wrong one is not by chance. */
const LIMIT = 3

const dataSchema = z.strictObject({
  trainer: z.unknown(),
  trouble: z.strictObject({ skippedSteps: z.int().min(0), divergedRounds: z.int().min(0) })
})

const isDiverging = (loss: number, classes: number | null): boolean =>
  !Number.isFinite(loss) || (classes !== null && loss > LIMIT * Math.log(classes))

/** `classes`: null for objectives whose loss has no scale of its own; they diverge without bounds only. */
export const meter = (trainer: ReplicaTrainer, classes: number | null): MeteredTrainer => {
  let steps = 0
  let samples = 0
  let lossSum = 0
  let { skippedSteps, divergedRounds } = NO_TROUBLE
  /** Counts batches as steps: a step that follows their mean with others' is no work of its own. */
  const metered = (gradients: Gradients): Gradients => ({
    ...gradients,
    gradient: (replica, into) => {
      const loss = gradients.gradient(replica, into)
      steps += 1
      samples += gradients.rows()
      lossSum += loss
      return loss
    },
    follow: (replica, gradient, at) => {
      const followed = gradients.follow(replica, gradient, at)
      if (!followed) skippedSteps += 1
      return followed
    }
  })
  return {
    layout: trainer.layout,
    initial: () => trainer.initial(),
    train: (replica, count, ...rest) => {
      const report = trainer.train(replica, count, ...rest)
      if (report.loss !== null) {
        steps += count
        samples += report.samples
        lossSum += report.loss * count
        skippedSteps += report.skipped
      }
      return report
    },
    // What `take` has not taken yet is of the round that is under way, and no step depends on it.
    save: () => {
      const { vectors, data } = trainer.save()
      return { vectors, data: { trainer: data, trouble: { skippedSteps, divergedRounds } } }
    },
    restore: ({ vectors, data }) => {
      const saved = savedData(dataSchema, data)
      trainer.restore({ vectors, data: saved.trainer })
      ;({ skippedSteps, divergedRounds } = saved.trouble)
    },
    ...(trainer.gradients !== undefined && { gradients: () => metered(trainer.gradients!()) }),
    trouble: () => ({ skippedSteps, divergedRounds }),
    take: () => {
      const loss = steps === 0 ? null : lossSum / steps
      const diverging = loss !== null && isDiverging(loss, classes)
      if (diverging) divergedRounds += 1
      const taken = { steps, samples, loss, diverging }
      steps = 0
      samples = 0
      lossSum = 0
      return taken
    }
  }
}
