import type { Layout } from '../../vector/layout.ts'
import { cnnLayout } from './cnn-layout.ts'
import { gptInitial } from './gpt-initial.ts'
import { gptLayout } from './gpt-layout.ts'
import { initialReplica } from './initial.ts'
import { mlpLayout } from './mlp-layout.ts'
import type { BuiltInConfig, Model, ModelSides } from './model.ts'
import { resnet20Layout } from './resnet20-layout.ts'

const layoutFor = (config: BuiltInConfig, sides: ModelSides): Layout => {
  switch (config.name) {
    case 'mlp':
      return mlpLayout(config, sides)
    case 'cnn':
      return cnnLayout(config, sides)
    case 'resnet20':
      return resnet20Layout(sides)
    case 'gpt':
      return gptLayout(config, sides.classes)
    default:
      return config satisfies never
  }
}

/**
 * A model of ours, of data with such sides.
 *
 * @throws InvalidInputError when the model cannot be built for such data.
 * @example
 * createModel({ name: 'mlp', hidden: [128] }, rowSides([28, 28, 1], 10)).layout.length // 101770
 */
export const createModel = (config: BuiltInConfig, sides: ModelSides): Model => {
  const layout = layoutFor(config, sides)
  const initial: Model['initial'] =
    config.name === 'gpt'
      ? (random) => gptInitial(layout, config.layers, random)
      : (random) => initialReplica(layout, random)
  return { config, ...sides, layout, initial }
}
