import type { TrainingConfig } from './recipe.ts'

/** Share of the base rate at which the cosine ends: low enough to settle, high enough to go on. */
const COSINE_FLOOR = 0.05

type Schedule = Pick<TrainingConfig, 'learningRate' | 'schedule' | 'steps' | 'warmup'> &
  Partial<Pick<TrainingConfig, 'scale'>>

const heightAt = ({ schedule, steps }: Schedule, step: number): number => {
  switch (schedule) {
    case 'constant':
      return 1
    case 'cosine': {
      const progress = step < steps ? step / steps : 1
      const height = 0.5 * (1 + Math.cos(Math.PI * progress))
      return COSINE_FLOOR + (1 - COSINE_FLOOR) * height
    }
  }
}

/**
 * The learning rate of local step `step`, counted from 0 and perhaps between two of them; after the
 * last step it stays. It rises in proportion to step + 1 over the first `warmup` of the steps; with a
 * scale it rises from learningRate to scale times as much (Goyal et al. 2017, section 2.2).
 */
export const learningRateAt = (training: Schedule, step: number): number => {
  const { learningRate, warmup, steps, scale } = training
  const rate = learningRate * heightAt(training, step)
  const rising = warmup * steps
  const risen = step + 1 < rising ? (step + 1) / rising : 1
  return scale === undefined ? rate * risen : rate * (1 + (scale - 1) * risen)
}
