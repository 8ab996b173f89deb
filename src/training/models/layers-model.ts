import type { Layout } from '../../vector/layout.ts'
import type { Vector } from '../../vector/vector.ts'
import { layersInitial } from '../tensors/layers/initial-replica.ts'
import { parseTopology } from '../tensors/layers/topology.ts'
import type { Model, ModelSides, TrainedConfig } from './model.ts'

export type LayersConfig = Extract<TrainedConfig, { name: 'layers' }>

/**
 * A LayersModel, of data with such sides. `layout` is what an engine has found it to be, `given` the
 * replica that came with it; null: fresh parameters.
 *
 * @throws InvalidInputError where the topology is not one.
 */
export const createLayersModel = (
  config: LayersConfig,
  sides: ModelSides,
  layout: Layout,
  given: Vector | null
): Model => {
  const topology = parseTopology(config.topology)
  return {
    config,
    ...sides,
    layout,
    initial: (random) => given?.slice() ?? layersInitial(topology, layout, random)
  }
}
