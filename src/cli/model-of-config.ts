/** The model that a peer's document describes, without an engine: its layout, and what its data are. */
import { openDataset } from '../data/index.ts'
import { InvalidInputError } from '../errors.ts'
import type { PeerConfig } from '../peer/config.ts'
import type { DataConfig } from '../swarm/recipe.ts'
import { type Preparation, scalingOf } from '../training/export/prepare.ts'
import { createModel } from '../training/models/create-model.ts'
import {
  type BuiltInConfig,
  type Model,
  type ModelSides,
  rowSides,
  textSides
} from '../training/models/model.ts'
import type { Layout } from '../vector/layout.ts'

/** What a text is made of, by number; null: bytes. */
export type Symbols = readonly string[] | null

export interface OpenedModel {
  readonly model: Model
  /** What becomes of a row before the model reads it; null of texts. */
  readonly preparation: Preparation | null
  /** Undefined of rows. */
  readonly symbols?: Symbols
}

const needsText = (data: DataConfig): never => {
  const rule = `the model gpt needs a text, not ${data.name}`
  throw new InvalidInputError([{ path: 'data.name', rule, remedy: 'set data.name to text' }])
}

interface Input extends Omit<OpenedModel, 'model'> {
  readonly sides: ModelSides
}

const textInput = async (
  data: DataConfig,
  path: string | null,
  context: number
): Promise<Input> => {
  const name = data.name === 'text' ? data.name : needsText(data)
  const { kinds, vocabulary } = await openDataset({ ...data, name, path })
  return { sides: textSides(context, kinds), preparation: null, symbols: vocabulary }
}

const rowInput = async (data: DataConfig, path: string | null): Promise<Input> => {
  const { name } = data
  if (name === 'text') {
    const remedy = 'take the model gpt, or a dataset of rows'
    throw new InvalidInputError([{ path: 'data.name', rule: 'must not be a text here', remedy }])
  }
  const dataset = await openDataset({ ...data, name, path })
  return {
    sides: rowSides(dataset.shape, dataset.classes),
    preparation:
      dataset.kind === 'floats'
        ? { kind: 'columns', elements: dataset.elements }
        : { kind: 'bytes', scaling: scalingOf(dataset.scale) }
  }
}

/** @throws InvalidInputError where the swarm's layout is another: other data, or another version */
export const checkLayout = (layout: Layout, wanted: string): void => {
  if (layout.hash === wanted) return
  const rule = `must be ${layout.hash}, the layout of this model with these data`
  const remedy = 'take the data and the version of swarmgrad that the swarm was made with'
  throw new InvalidInputError([{ path: 'manifest.layout', rule, remedy }])
}

/** @throws InvalidInputError where the data cannot be opened, or are others than the swarm's */
export const openModel = async (
  config: BuiltInConfig,
  { manifest, data }: Pick<PeerConfig, 'manifest' | 'data'>
): Promise<OpenedModel> => {
  const { sides, ...rest } =
    config.name === 'gpt'
      ? await textInput(manifest.data, data.path, config.context)
      : await rowInput(manifest.data, data.path)
  const model = createModel(config, sides)
  checkLayout(model.layout, manifest.layout)
  return { model, ...rest }
}
