import { dispose } from '@tensorflow/tfjs-core'
import { type Layout, layoutOf } from '../../vector/layout.ts'
import type { Vector } from '../../vector/vector.ts'
import type { LayersConfig } from '../models/layers-model.ts'
import { openBackend } from '../tensors/backend.ts'
import { buildLayers } from '../tensors/layers/build.ts'
import { parseTopology } from '../tensors/layers/topology.ts'
import { type LayersFolder, layersFolder } from './layers-folder.ts'

/** The layout of a topology's parameters, found by building it of zeros on the CPU. */
export const topologyLayout = async ({ topology }: LayersConfig): Promise<Layout> => {
  await openBackend('cpu')
  const model = await buildLayers(parseTopology(topology))
  const layout = layoutOf(
    model.trainableWeights.map(({ originalName, shape }) => ({
      name: originalName,
      shape: shape as number[]
    }))
  )
  dispose(model.weights.map((weight) => weight.read()))
  return layout
}

/** The topology as it was given, a softmax at its end included, with the replica's tensors. */
export const exportTopology = (
  { topology }: LayersConfig,
  layout: Layout,
  replica: Vector,
  notes: object
): LayersFolder => {
  const tensors = layout.tensors.map(({ name, shape, offset, size }) => ({
    name,
    shape,
    data: replica.subarray(offset, offset + size)
  }))
  return layersFolder(topology['modelTopology'] ?? topology, tensors, notes)
}
