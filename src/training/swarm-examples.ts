import type { OnProgress, Table } from '../data/dataset.ts'
import { openShards } from '../data/shards.ts'
import { openTextShards } from '../data/text-shards.ts'
import type { Wanted } from '../data/wanted.ts'
import { InvalidInputError } from '../errors.ts'
import type { Random } from '../random.ts'
import type { Recipe } from '../swarm/recipe.ts'
import type { Bytes } from '../vector/vector.ts'
import { type Examples, rowExamples, textExamples } from './examples.ts'
import { type ModelSides, rowSides, textSides } from './models/model.ts'

/** The data of a swarm, split among its peers. */
export interface SwarmExamples {
  readonly sides: ModelSides
  /** Elements of one row, of a text one character. */
  readonly width: number
  shard(index: number): ShardExamples
  /** Those of all peers together. */
  union(): ShardExamples
  test(): Examples
  /** What `data.validation` keeps aside; null without. */
  validation(): Examples | null
  /** Bytes of memory that those of one peer take. */
  bytesOf(index: number): number
  /** Reads those of several peers, wanted or not, into memory of their own. */
  read(indices: readonly number[]): Promise<ShardExamples>
}

export interface ShardExamples extends Examples {
  /** Rows of every class; null without classes. */
  readonly classes: readonly number[] | null
}

export interface ExamplesInit {
  readonly recipe: Recipe
  readonly dataPath: string | null
  /** Into how many parts the training data is split. */
  readonly shards: number
  /** What is read of it. @default everything */
  readonly wanted?: Wanted
  /** Of the reading. */
  readonly onProgress?: OnProgress | undefined
}

const classCounts = ({ labels, classes }: Table): readonly number[] => {
  const counts = new Array<number>(classes).fill(0)
  for (const label of labels) counts[label]!++
  return counts
}

const ofRows = async (
  { recipe, dataPath, shards: peers, wanted, onProgress }: ExamplesInit,
  random: Random
): Promise<SwarmExamples> => {
  const config = { ...recipe.data, path: dataPath }
  const shards = await openShards(config, peers, random, wanted, onProgress)
  const shardOf = (table: Table): ShardExamples => ({
    ...rowExamples(table),
    classes: classCounts(table)
  })
  return {
    sides: rowSides(shards.shape, shards.classes),
    width: shards.width,
    shard: (index) => shardOf(shards.table(index)),
    union: () => shardOf(shards.union()),
    test: () => rowExamples(shards.test()),
    validation: () => {
      const table = shards.validation()
      return table && rowExamples(table)
    },
    bytesOf: (index) => shards.bytesOf(index),
    read: async (indices) => shardOf(await shards.read(indices))
  }
}

const refuse = (name: string): never => {
  const rule = `the model gpt needs a text, not ${name}`
  throw new InvalidInputError([{ path: 'data.name', rule, remedy: 'set data.name to text' }])
}

const ofText = async (
  { recipe, dataPath, shards: peers, wanted, onProgress }: ExamplesInit,
  context: number,
  random: Random
): Promise<SwarmExamples> => {
  const { data } = recipe
  const { name } = data
  if (name !== 'text') return refuse(name)
  const config = { ...data, name, path: dataPath }
  const text = await openTextShards(config, peers, context + 1, random, wanted, onProgress)
  const { vocabulary, test, validation } = text
  const shardOf = (text: Bytes): ShardExamples => ({
    ...textExamples(text, context),
    classes: null
  })
  return {
    sides: textSides(context, vocabulary),
    width: 1,
    shard: (index) => shardOf(text.part(index)),
    union: () => shardOf(text.union()),
    test: () => textExamples(test, context),
    validation: () => validation && textExamples(validation, context),
    bytesOf: (index) => text.bytesOf(index),
    read: async (indices) => shardOf(await text.read(indices))
  }
}

/** @throws InvalidInputError when the data cannot be read or cannot be split like this. */
export const openExamples = async (init: ExamplesInit, random: Random): Promise<SwarmExamples> => {
  const { model } = init.recipe
  return model.name === 'gpt' ? ofText(init, model.context, random) : ofRows(init, random)
}
