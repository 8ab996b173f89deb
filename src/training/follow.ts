import type { TrainingConfig } from '../swarm/recipe.ts'
import type { Layout } from '../vector/layout.ts'
import { addScaled, norm, type Vector } from '../vector/vector.ts'
import { clipGradient } from './clip.ts'
import { createOptimizer } from './optimizer.ts'
import type { Resumable } from './resumable.ts'

/** An optimiser behind clipping and correction. */
export interface Follow extends Resumable {
  /**
   * One step, in place: clips the gradient, adds the correction, moves the replica. Returns false
   * where the gradient is not finite, and leaves the replica alone.
   */
  step(replica: Vector, gradient: Vector, rate: number, correction: Vector | null): boolean
}

/** A recipe's optimiser on plain vectors, for objectives that need no engine. */
export const createFollow = (
  { optimizer: config, clip }: Pick<TrainingConfig, 'optimizer' | 'clip'>,
  layout: Layout
): Follow => {
  const optimizer = createOptimizer(config, layout)
  return {
    step: (replica, gradient, rate, correction) => {
      if (!Number.isFinite(norm(gradient))) return false
      clipGradient(clip, layout, gradient, replica)
      if (correction !== null) addScaled(1, correction, gradient)
      optimizer.step(replica, gradient, rate)
      return true
    },
    save: () => optimizer.save(),
    restore: (saved) => optimizer.restore(saved)
  }
}
