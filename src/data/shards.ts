import { InvalidInputError } from '../errors.ts'
import type { Random } from '../random.ts'
import type { DataConfig } from '../swarm/recipe.ts'
import { type OnProgress, type Shape, type Table, widthOf } from './dataset.ts'
import { holdOut } from './hold-out.ts'
import { type DatasetConfig, openDataset } from './index.ts'
import { memoryOf, openTables } from './memory.ts'
import { partition } from './partition.ts'
import { range } from './range.ts'
import { checkMemory, type Wanted } from './wanted.ts'

/** A dataset split among the peers of a swarm: tables of the rows that were wanted. */
export interface Shards {
  readonly classes: number
  /** Elements of one row. */
  readonly width: number
  /** The same row as an image. */
  readonly shape: Shape
  /** The training rows of one peer. */
  table(shard: number): Table
  /** The training rows of all peers, shard by shard. */
  union(): Table
  test(): Table
  /** The rows that `data.validation` keeps aside, nobody's; null without. */
  validation(): Table | null
  /** Bytes of memory that the training rows of one peer take. */
  bytesOf(shard: number): number
  /** Reads the training rows of these peers, wanted or not, into memory of their own. */
  read(shards: readonly number[], onProgress?: OnProgress): Promise<Table>
}

const refuseText = (): never => {
  const remedy = 'take the model gpt, or a dataset of rows'
  throw new InvalidInputError([{ path: 'data.name', rule: 'must not be a text here', remedy }])
}

/**
 * Splits a dataset and reads those rows into memory, piece by piece, that are wanted.
 *
 * @throws InvalidInputError when the data cannot be read, cannot be split like this, or is too much.
 */
export const openShards = async (
  config: DataConfig & DatasetConfig,
  shards: number,
  random: Random,
  wanted: Wanted = {},
  onProgress?: OnProgress
): Promise<Shards> => {
  const { name } = config
  const dataset = await openDataset({ ...config, name: name === 'text' ? refuseText() : name })
  const { classes, shape, train } = dataset
  const labels = Uint8Array.from(train, (row) => dataset.labels[row]!)
  const { held, kept } = holdOut(config.validation, labels, classes, random)
  const keptLabels = Uint8Array.from(kept, (place) => labels[place]!)
  const parts = partition(config.partition, keptLabels, shards, classes, random)

  const own = [...(wanted.shards ?? range(0, shards))].sort((a, b) => a - b)
  const rowsOf = (shard: number): Int32Array<ArrayBuffer> =>
    Int32Array.from(parts[shard]!, (place) => train[kept[place]!]!)
  const groups = own.map(rowsOf)
  const hasValidation = wanted.validation !== false && held.length > 0
  if (hasValidation) groups.push(held.map((place) => train[place]!))
  groups.push(dataset.test)
  const rows = groups.reduce((sum, group) => sum + group.length, 0)
  checkMemory(memoryOf(dataset, rows), wanted, `${rows} rows`)
  const tables = await openTables(dataset, groups, onProgress)
  return {
    classes,
    shape,
    width: widthOf(shape),
    table: (shard) => {
      const group = own.indexOf(shard)
      if (group < 0) throw new RangeError(`the rows of shard ${shard} were not wanted`)
      return tables(group)
    },
    union: () => {
      if (own.length < shards) throw new RangeError('the rows of all shards were not wanted')
      return tables(0, shards - 1)
    },
    test: () => tables(groups.length - 1),
    validation: () => (hasValidation ? tables(own.length) : null),
    bytesOf: (shard) => memoryOf(dataset, parts[shard]!.length),
    read: async (some, onRead) => {
      const read = some.toSorted((a, b) => a - b).map(rowsOf)
      const count = read.reduce((sum, group) => sum + group.length, 0)
      checkMemory(memoryOf(dataset, count), wanted, `${count} rows`)
      const all = await openTables(dataset, read, onRead)
      return all(0, read.length - 1)
    }
  }
}
