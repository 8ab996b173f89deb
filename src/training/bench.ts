import { openShards, type Shards } from '../data/shards.ts'
import type { Recipe } from '../swarm/recipe.ts'
import { swarmStreams } from '../swarm/streams.ts'
import { type BackendName, openBackend } from './backend.ts'
import { createModel } from './create-model.ts'
import { createEvaluator, type Evaluator } from './evaluate.ts'
import { type MeteredTrainer, meter } from './meter.ts'
import type { Model } from './model.ts'
import { createTrainer } from './trainer.ts'

/** What a recipe trains, opened: backend, data and model, ready to make trainers. */
export interface Bench {
  readonly backend: string
  readonly model: Model
  trainer(shard: number): MeteredTrainer & { readonly rows: number }
  /** Holds the test rows; the caller disposes of it. */
  evaluator(): Evaluator
}

export interface BenchOptions {
  readonly recipe: Recipe
  readonly dataPath: string | null
  /** Into how many parts the training data is split. */
  readonly shards: number
  readonly backend: BackendName
}

/** @throws InvalidInputError when the data cannot be used. */
export const openBench = async (options: BenchOptions): Promise<Bench> => {
  const { recipe } = options
  const streams = swarmStreams(recipe.seed)
  const data = { ...recipe.data, path: options.dataPath }
  const shards: Shards = await openShards(data, options.shards, streams.partition)
  const backend = await openBackend(options.backend)
  const model = createModel(recipe.model, { features: shards.width, classes: shards.classes })
  return {
    backend: backend.name,
    model,
    trainer: (shard) => {
      const table = shards.table(shard)
      const trainer = createTrainer({
        model,
        table,
        training: recipe.training,
        random: streams.batches(shard),
        initial: streams.initial
      })
      return { ...meter(trainer), rows: table.rows }
    },
    evaluator: () => createEvaluator(model, shards.test())
  }
}
