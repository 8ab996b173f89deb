import type { ModelConfig } from '../../swarm/recipe.ts'
import type { Layout } from '../../vector/layout.ts'
import { createModel } from '../models/create-model.ts'
import type { ModelSides } from '../models/model.ts'
import { createForm } from './create-form.ts'
import type { Form } from './form.ts'

/** A TF.js LayersModel: what layers/topology.ts reads. */
export interface LayersConfig {
  readonly name: 'layers'
  readonly topology: unknown
}

export interface OpenForm {
  readonly layout: Layout
  readonly form: Form
}

/**
 * Any model of a recipe as tensors, on the backend that is open (backend.ts).
 *
 * @throws InvalidInputError where it cannot be built for such data, or not trained on this backend.
 */
export const openForm = async (
  config: ModelConfig | LayersConfig,
  sides: ModelSides
): Promise<OpenForm> => {
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
