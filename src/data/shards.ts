import type { Random } from '../random.ts'
import type { DataConfig } from '../swarm/recipe.ts'
import { type Table, tableOf } from './dataset.ts'
import { openDataset } from './index.ts'
import { partition } from './partition.ts'

/** A dataset split among the peers of a swarm; rows are read when a table is asked for. */
export interface Shards {
  readonly classes: number
  /** Elements of one row. */
  readonly width: number
  /** The training rows of one peer. */
  table(shard: number): Table
  test(): Table
}

/** @throws InvalidInputError when the data cannot be read or cannot be split like this. */
export const openShards = async (
  config: DataConfig & { readonly path: string | null },
  shards: number,
  random: Random
): Promise<Shards> => {
  const dataset = await openDataset(config)
  const { labels } = dataset.train
  const rows = partition(config.partition, labels, shards, dataset.classes, random)
  return {
    classes: dataset.classes,
    width: dataset.shape.reduce((product, side) => product * side, 1),
    table: (shard) => tableOf(dataset, dataset.train, rows[shard] ?? []),
    test: () => tableOf(dataset, dataset.test)
  }
}
