import { InvalidInputError } from '../errors.ts'
import type { Random } from '../random.ts'
import type { DataConfig } from '../swarm/recipe.ts'
import { type Dataset, type Table, tableOf } from './dataset.ts'
import { holdOut } from './hold-out.ts'
import { type DatasetConfig, openDataset } from './index.ts'
import { partition } from './partition.ts'

/** A dataset split among the peers of a swarm; rows are read when a table is asked for. */
export interface Shards {
  readonly classes: number
  /** Elements of one row. */
  readonly width: number
  /** The same row as an image: [height, width, channels]. */
  readonly shape: Dataset['shape']
  /** The training rows of one peer. */
  table(shard: number): Table
  /** The training rows of all peers, shard by shard. */
  union(): Table
  test(): Table
  /** The rows that `data.validation` keeps aside, nobody's; null without. */
  validation(): Table | null
}

const refuseText = (): never => {
  const remedy = 'take the model gpt, or a dataset of images'
  throw new InvalidInputError([{ path: 'data.name', rule: 'must not be a text here', remedy }])
}

/** @throws InvalidInputError when the data cannot be read or cannot be split like this. */
export const openShards = async (
  config: DataConfig & DatasetConfig,
  shards: number,
  random: Random
): Promise<Shards> => {
  const { name } = config
  const dataset = await openDataset({ ...config, name: name === 'text' ? refuseText() : name })
  const { labels } = dataset.train
  const { held, kept } = holdOut(config.validation, labels, dataset.classes, random)
  const keptLabels = Uint8Array.from(kept, (row) => labels[row]!)
  const parts = partition(config.partition, keptLabels, shards, dataset.classes, random)
  const rows = parts.map((places) => places.map((place) => kept[place]!))
  return {
    classes: dataset.classes,
    width: dataset.shape.reduce((product, side) => product * side, 1),
    shape: dataset.shape,
    table: (shard) => tableOf(dataset, dataset.train, rows[shard] ?? []),
    union: () =>
      tableOf(
        dataset,
        dataset.train,
        rows.flatMap((own) => [...own])
      ),
    test: () => tableOf(dataset, dataset.test),
    validation: () => (held.length === 0 ? null : tableOf(dataset, dataset.train, held))
  }
}
