import type { ModelConfig } from '../swarm/recipe.ts'
import { createMlp } from './mlp.ts'
import type { Model, ModelSides } from './model.ts'

/**
 * The model that a recipe asks for.
 *
 * @example
 * const model = createModel({ name: 'mlp', hidden: [128] }, { features: 784, classes: 10 })
 * model.layout.length // 101770
 */
export const createModel = (config: ModelConfig, sides: ModelSides): Model => {
  switch (config.name) {
    case 'mlp':
      return createMlp(config, sides)
  }
}
