import type { Model } from '../models/model.ts'
import type { Form } from './form.ts'
import { cnnForm } from './forms/cnn.ts'
import { gptForm } from './forms/gpt.ts'
import { mlpForm } from './forms/mlp.ts'
import { resnet20Form } from './forms/resnet20.ts'

/** One form for each model of the recipe. Synthetic models have none. */
export const createForm = ({ config, layout, shape }: Model): Form => {
  switch (config.name) {
    case 'mlp':
      return mlpForm
    case 'cnn':
      return cnnForm(config, shape)
    case 'resnet20':
      return resnet20Form(layout, shape, config.groups)
    case 'gpt':
      return gptForm(layout, config)
    default:
      throw new RangeError(`a model ${config.name} has no form of ours (open-form.ts)`)
  }
}
