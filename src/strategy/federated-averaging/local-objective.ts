/** Local steps of a client under one of the algorithms: what is added to its gradients. */
import { type Vector, zeros } from '../../vector/vector.ts'
import type { Trainer, TrainingReport } from '../strategy.ts'
import type { AlgorithmConfig } from './options.ts'

/** Takes local steps on `replica`, which the round began with as `base`. // [parameters] each */
export type LocalSteps = (
  replica: Vector,
  base: Vector,
  steps: number,
  from: number
) => TrainingReport

/**
 * The gradient of mu / 2 |x - base|^2 changes with every step, so steps are taken one by one
 * (Li et al. 2020, eq. 2).
 */
const proximal = (trainer: Trainer, mu: number): LocalSteps => {
  const pull = zeros(trainer.layout.length)
  return (replica, base, steps, from) => {
    let samples = 0
    let sum = 0
    let counted = 0
    for (let step = 0; step < steps; step++) {
      for (let i = 0; i < pull.length; i++) pull[i] = mu * (replica[i]! - base[i]!)
      const report = trainer.train(replica, 1, from + step, pull)
      samples += report.samples
      if (report.loss === null) continue
      sum += report.loss
      counted++
    }
    return { loss: counted === 0 ? null : sum / counted, samples }
  }
}

/** `correction`: SCAFFOLD's c - c_i, as it is when the steps are taken; null: none. */
export const localStepsOf = (
  trainer: Trainer,
  algorithm: AlgorithmConfig,
  correction: Vector | null
): LocalSteps =>
  algorithm.name === 'fedprox' && algorithm.mu > 0
    ? proximal(trainer, algorithm.mu)
    : (replica, _base, steps, from) => trainer.train(replica, steps, from, correction)
