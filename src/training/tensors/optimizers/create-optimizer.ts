import type { OptimizerConfig } from '../../../swarm/recipe.ts'
import type { Layout } from '../../../vector/layout.ts'
import { tensorAdam } from './adam.ts'
import type { TensorOptimizer } from './optimizer.ts'
import { tensorSgd } from './sgd.ts'

export const createTensorOptimizer = (config: OptimizerConfig, layout: Layout): TensorOptimizer => {
  switch (config.name) {
    case 'sgd':
      return tensorSgd(config, layout.length)
    case 'adam':
      return tensorAdam(config, layout)
  }
}
