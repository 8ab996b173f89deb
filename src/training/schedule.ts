import type { TrainingConfig } from '../swarm/recipe.ts'

/** Share of the base rate at which the cosine ends: low enough to settle, high enough to go on. */
const COSINE_FLOOR = 0.05

/** The learning rate of local step `step`, counted from 0; after the last step it stays. */
export const learningRateAt = (
  { learningRate, schedule, steps }: Pick<TrainingConfig, 'learningRate' | 'schedule' | 'steps'>,
  step: number
): number => {
  switch (schedule) {
    case 'constant':
      return learningRate
    case 'cosine': {
      const progress = step < steps ? step / steps : 1
      const height = 0.5 * (1 + Math.cos(Math.PI * progress))
      return learningRate * (COSINE_FLOOR + (1 - COSINE_FLOOR) * height)
    }
  }
}
