import type { OptimizerConfig } from '../swarm/recipe.ts'
import type { Layout } from '../vector/layout.ts'
import type { Vector } from '../vector/vector.ts'
import { createAdam } from './adam.ts'
import { createLion } from './lion.ts'
import type { Resumable } from './resumable.ts'
import { createRoot } from './root.ts'
import { createSgd } from './sgd.ts'

/** Moves a replica against a gradient, in place; its state lives as long as the trainer. */
export interface Optimizer extends Resumable {
  step(x: Vector, gradient: Vector, rate: number): void
}

export const createOptimizer = (config: OptimizerConfig, layout: Layout): Optimizer => {
  switch (config.name) {
    case 'sgd':
      return createSgd(config, layout.length)
    case 'adam':
      return createAdam(config, layout)
    case 'rmsprop':
    case 'adagrad':
      return createRoot(config, layout.length)
    case 'lion':
      return createLion(config, layout)
  }
}
