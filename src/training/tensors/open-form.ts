import type { Room } from '../memory.ts'
import { createModel } from '../models/create-model.ts'
import type { ModelSides, TrainedConfig } from '../models/model.ts'
import { createForm } from './create-form.ts'
import type { OpenForm } from './form.ts'

/**
 * Any model of a recipe as tensors, on the backend that is open (backend.ts). `room`: what a topology
 * must fit into; null: nobody knows.
 *
 * @throws InvalidInputError where it cannot be built for such data, or not trained on this backend.
 */
export const openForm = async (
  config: TrainedConfig,
  sides: ModelSides,
  room: Room | null = null
): Promise<OpenForm> => {
  if (config.name !== 'layers') {
    const model = createModel(config, sides)
    return { layout: model.layout, form: createForm(model) }
  }
  const [{ openLayers }, { parseTopology }] = await Promise.all([
    import('./layers/open-layers.ts'),
    import('./layers/topology.ts')
  ])
  return openLayers(parseTopology(config.topology), sides, room)
}
