import type { Table } from '../data/dataset.ts'
import { openShards, type Shards } from '../data/shards.ts'
import type { Random } from '../random.ts'
import type { Trainer } from '../strategy/strategy.ts'
import type { Recipe } from '../swarm/recipe.ts'
import { swarmStreams } from '../swarm/streams.ts'
import type { Layout } from '../vector/layout.ts'
import { createEvaluator, type Evaluator } from './evaluate.ts'
import { type MeteredTrainer, meter } from './meter.ts'
import { isSynthetic, openSyntheticBench } from './synthetic-bench.ts'
import { type BackendName, openBackend } from './tensors/backend.ts'
import { createModel } from './tensors/create-model.ts'
import { openTextBench } from './text-bench.ts'
import { createAllReduce, createTrainer } from './trainer.ts'

/** What a recipe trains, opened: backend, data and model, ready to make trainers. */
export interface Bench {
  readonly backend: string
  readonly layout: Layout
  /** Elements of one row, of a text one character; 0 for models without data. */
  readonly width: number
  /** All trainers take the recipe's learning rate unless they are given another. */
  trainer(shard: number, learningRate?: number): ShardTrainer
  /** Trains one replica on the rows of all shards together, a batch of one peer at each step. */
  centralised(learningRate?: number): ShardTrainer
  /** Trains one replica with the mean of all shards' gradients, each on the batch its peer draws. */
  allReduce(learningRate?: number): Trainer
  /** Holds the test rows; the caller disposes of it. */
  evaluator(): Evaluator
  /** The same for the rows that `data.validation` keeps aside; null without. */
  validator(): Evaluator | null
}

/** Trains on one shard of the data. */
export interface ShardTrainer extends MeteredTrainer {
  /** Of a text: characters. */
  readonly rows: number
  /** Rows of every class; null without classes. */
  readonly classes: readonly number[] | null
}

export interface BenchOptions {
  readonly recipe: Recipe
  readonly dataPath: string | null
  /** Into how many parts the training data is split. */
  readonly shards: number
  readonly backend: BackendName
}

const classCounts = ({ labels, classes }: Table): readonly number[] => {
  const counts = new Array<number>(classes).fill(0)
  for (const label of labels) counts[label]!++
  return counts
}

/** @throws InvalidInputError when the data cannot be used. */
export const openBench = async (options: BenchOptions): Promise<Bench> => {
  const { recipe } = options
  if (isSynthetic(recipe.model)) return openSyntheticBench(recipe, recipe.model, options.shards)
  if (recipe.model.name === 'gpt') return openTextBench(options, recipe.model)
  const streams = swarmStreams(recipe.seed)
  const data = { ...recipe.data, path: options.dataPath }
  const shards: Shards = await openShards(data, options.shards, streams.partition)
  const backend = await openBackend(options.backend)
  const { width: features, shape, classes } = shards
  const model = createModel(recipe.model, { features, shape, classes })
  const setup = (learningRate = recipe.training.learningRate) => ({
    model,
    training: { ...recipe.training, learningRate },
    initial: streams.initial
  })
  const trainerOn = (table: Table, random: Random, learningRate?: number): ShardTrainer => {
    const trainer = createTrainer({ ...setup(learningRate), table, random })
    return { ...meter(trainer), rows: table.rows, classes: classCounts(table) }
  }
  return {
    backend: backend.name,
    layout: model.layout,
    width: shards.width,
    trainer: (shard, learningRate) =>
      trainerOn(shards.table(shard), streams.batches(shard), learningRate),
    // With the first shard's stream: in a swarm of one, all ways to train are the same descent.
    centralised: (learningRate) => trainerOn(shards.union(), streams.batches(0), learningRate),
    allReduce: (learningRate) => {
      const all = Array.from({ length: options.shards }, (_, shard) => ({
        table: shards.table(shard),
        random: streams.batches(shard)
      }))
      return createAllReduce({ ...setup(learningRate), shards: all })
    },
    evaluator: () => createEvaluator(model, shards.test()),
    validator: () => {
      const table = shards.validation()
      return table === null ? null : createEvaluator(model, table)
    }
  }
}
