import type { OptimizerConfig } from '../../../swarm/recipe.ts'
import type { Layout } from '../../../vector/layout.ts'
import { tensorAdam } from './adam.ts'
import { tensorLion } from './lion.ts'
import type { TensorOptimizer } from './optimizer.ts'
import { tensorRoot } from './root.ts'
import { tensorSgd } from './sgd.ts'

export const createTensorOptimizer = (config: OptimizerConfig, layout: Layout): TensorOptimizer => {
  switch (config.name) {
    case 'sgd':
      return tensorSgd(config, layout.length)
    case 'adam':
      return tensorAdam(config, layout)
    case 'rmsprop':
    case 'adagrad':
      return tensorRoot(config, layout.length)
    case 'lion':
      return tensorLion(config, layout)
  }
}
