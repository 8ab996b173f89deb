import type { ModelConfig } from '../../swarm/recipe.ts'
import type { Model, ModelSides } from '../model.ts'
import { createCnn } from './cnn.ts'
import { createMlp } from './mlp.ts'

/**
 * The model of rows that a recipe asks for. Synthetic models and those of text are not made here.
 *
 * @throws InvalidInputError when the model cannot be built for such rows.
 * @example
 * const sides = { features: 784, shape: [28, 28, 1], classes: 10 } as const
 * createModel({ name: 'mlp', hidden: [128] }, sides).layout.length // 101770
 */
export const createModel = (config: ModelConfig, sides: ModelSides): Model => {
  switch (config.name) {
    case 'mlp':
      return createMlp(config, sides)
    case 'cnn':
      return createCnn(sides)
    case 'gpt':
      throw new RangeError('the model gpt learns from text, not from rows (wasm/gpt/gpt.ts)')
    case 'quadratic':
    case 'averaging':
      throw new RangeError(`the model ${config.name} has no tensors`)
    default:
      return config satisfies never
  }
}
