import type { Layout } from '../../vector/layout.ts'
import { createModel } from '../models/create-model.ts'
import type { ModelSides, TrainedConfig } from '../models/model.ts'
import { createForm } from './create-form.ts'
import type { Form } from './form.ts'

export interface OpenForm {
  readonly layout: Layout
  readonly form: Form
}

/**
 * Any model of a recipe as tensors, on the backend that is open (backend.ts).
 *
 * @throws InvalidInputError where it cannot be built for such data, or not trained on this backend.
 */
export const openForm = async (config: TrainedConfig, sides: ModelSides): Promise<OpenForm> => {
  if (config.name !== 'layers') {
    const model = createModel(config, sides)
    return { layout: model.layout, form: createForm(model) }
  }
  const [{ openLayers }, { parseTopology }] = await Promise.all([
    import('./layers/open-layers.ts'),
    import('./layers/topology.ts')
  ])
  return openLayers(parseTopology(config.topology), sides)
}
