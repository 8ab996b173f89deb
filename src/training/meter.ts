import type { Trainer, TrainingReport } from '../strategy/strategy.ts'

/** A trainer that also remembers what it has done since it was last asked. */
export interface MeteredTrainer extends Trainer {
  /** Steps, samples and mean loss since the last `take`. */
  take(): TrainingReport & { readonly steps: number }
}

export const meter = (trainer: Trainer): MeteredTrainer => {
  let steps = 0
  let samples = 0
  let lossSum = 0
  return {
    layout: trainer.layout,
    initial: () => trainer.initial(),
    train: (replica, count, from, correction) => {
      const report = trainer.train(replica, count, from, correction)
      if (report.loss !== null) {
        steps += count
        samples += report.samples
        lossSum += report.loss * count
      }
      return report
    },
    take: () => {
      const taken = { steps, samples, loss: steps === 0 ? null : lossSum / steps }
      steps = 0
      samples = 0
      lossSum = 0
      return taken
    }
  }
}
