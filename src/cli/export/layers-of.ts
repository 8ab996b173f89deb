import { InvalidInputError } from '../../errors.ts'
import type { PeerConfig } from '../../peer/config.ts'
import { replicaOf } from '../../storage/replica-file.ts'
import { exportLayers } from '../../training/export/export-layers.ts'
import type { LayersFolder } from '../../training/export/layers-folder.ts'
import type { FoundReplica } from '../find-replica.ts'
import { checkLayout, type OpenedModel, openModel } from '../model-of-config.ts'

/** What a user of the saved model must know, beside what it says itself. */
const inputNotes = ({ model, preparation, symbols }: OpenedModel): object => {
  if (preparation === null) {
    return { input: 'numbers of symbols', symbols: symbols ?? 'bytes', output: 'logits' }
  }
  if (preparation.kind === 'bytes') {
    return { input: 'bytes 0 to 255', shape: model.shape, output: 'logits' }
  }
  const columns = preparation.elements.map(({ name }) => name)
  return { input: 'numbers of columns', columns, output: 'logits' }
}

/**
 * The replica as a LayersModel.
 *
 * @throws InvalidInputError where the model has no layers, or the data that it is of cannot be opened
 */
export const layersOf = async (
  config: PeerConfig,
  { tensors, path, round, manifest }: FoundReplica
): Promise<LayersFolder> => {
  const { model: recipe, layout: wanted } = config.manifest
  const notes = { model: recipe.name, manifest, round }
  if (recipe.name === 'quadratic' || recipe.name === 'averaging' || recipe.name === 'custom') {
    const rule = `${recipe.name} has no layers`
    throw new InvalidInputError([
      { path: 'manifest.model', rule, remedy: 'take --format safetensors' }
    ])
  }
  if (recipe.name === 'layers') {
    // It brings tfjs with it.
    const { exportTopology, topologyLayout } = await import(
      '../../training/export/given-topology.ts'
    )
    const layout = await topologyLayout(recipe)
    checkLayout(layout, wanted)
    const input = { input: 'normalised as docs/data.md says', output: 'what the topology says' }
    return exportTopology(recipe, layout, replicaOf(layout, tensors, path), { ...notes, ...input })
  }
  const opened = await openModel(recipe, config)
  const { model, preparation } = opened
  const replica = replicaOf(model.layout, tensors, path)
  return exportLayers({ model, replica, preparation }, { ...notes, ...inputNotes(opened) })
}
