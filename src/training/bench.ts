import type { Trainer } from '../strategy/strategy.ts'
import { swarmStreams } from '../swarm/streams.ts'
import type { Layout } from '../vector/layout.ts'
import type { Vector } from '../vector/vector.ts'
import type { BackendChoice } from './backends/candidate.ts'
import { openCustomBench } from './custom/custom-bench.ts'
import { DealtExamples, type DealtTrainer } from './dealt.ts'
import { createEvaluator, type Evaluator } from './evaluate.ts'
import { type MeteredTrainer, meter } from './meter.ts'
import { openEngine } from './open-engine.ts'
import { type ExamplesInit, openExamples, type ShardExamples } from './swarm-examples.ts'
import { isSynthetic, openSyntheticBench } from './synthetic-bench.ts'
import { createAllReduce, createTrainer } from './trainer.ts'

/** What a recipe trains, opened: backend, data and model, ready to make trainers. */
export interface Bench {
  readonly backend: string
  /** Why this backend and none of the others, in sentences for a log. */
  readonly explanation: readonly string[]
  readonly layout: Layout
  /** Of memory, about: the engine's, and that of the rows that were wanted and the test. */
  readonly bytes: { readonly engine: number; readonly data: number }
  /** Elements of one row, of a text one character; 0 for models without data. */
  readonly width: number
  /** All trainers take the recipe's learning rate unless they are given another. */
  trainer(shard: number, learningRate?: number): ShardTrainer
  /** Trains on parts that it is dealt; where it is left out there are none. */
  dealt?(): DealtTrainer
  /** Trains one replica on the rows of all shards together, a batch of one peer at each step. */
  centralised(learningRate?: number): ShardTrainer
  /** Trains one replica with the mean of all shards' gradients, each on the batch its peer draws. */
  allReduce(learningRate?: number): Trainer
  evaluator(): Evaluator
  /** The same for the rows that `data.validation` keeps aside; null without. */
  validator(): Evaluator | null
  /** Ends what computes beside this thread. Neither the bench nor what it has made can be used any more. */
  dispose(): void
}

/** Trains on one shard of the data. */
export interface ShardTrainer extends MeteredTrainer {
  /** Of a text: characters. */
  readonly rows: number
  /** Rows of every class; null without classes. */
  readonly classes: readonly number[] | null
}

export interface BenchOptions extends ExamplesInit {
  /** Folder of the weights of a model that begins with some. @default null */
  readonly weightsPath?: string | null
  /** The replica that trainers begin with in the place of the model's own. @default null */
  readonly initial?: ((layout: Layout) => Vector) | null
  /** The module of a model `custom`: a path, or a file: URL. @default null */
  readonly trainer?: string | null
  /** Whose draws these are, where it is not the shard that says so. */
  readonly label?: string
  readonly backend: BackendChoice
}

/** Of a row as it is kept: columns are floats; pixels, characters and drawings bytes. */
const elementBytes = (dataset: string): number =>
  dataset === 'csv' ? Float32Array.BYTES_PER_ELEMENT : 1

/** @throws InvalidInputError when the data cannot be used, or the model does not fit. */
export const openBench = async (options: BenchOptions): Promise<Bench> => {
  const { recipe, backend: choice, weightsPath = null, initial = null } = options
  const { model: config, training } = recipe
  if (config.name === 'custom') return openCustomBench({ ...options, initial }, config)
  if (isSynthetic(config)) return openSyntheticBench(recipe, config, options.shards, initial)
  const streams = swarmStreams(recipe.seed)
  const data = await openExamples(options, streams.partition)
  const { batch } = training
  const { sides } = data
  const { engine, model, explanation, bytes } = await openEngine({
    config,
    sides,
    batch,
    choice,
    weightsPath
  })
  const given = initial?.(model.layout) ?? null
  const own = options.wanted?.shards ?? Array.from({ length: options.shards }, (_, index) => index)
  const rows = own.reduce((sum, index) => sum + data.shard(index).count, data.test().count)
  const setup = (learningRate = recipe.training.learningRate) => ({
    engine,
    model,
    training: { ...recipe.training, learningRate },
    initial: streams.initial,
    given
  })
  const shardOf = (index: number) => ({
    examples: data.shard(index),
    random: streams.batches(options.label ?? index)
  })
  const validator = (): Evaluator | null => {
    const kept = data.validation()
    return kept && createEvaluator({ engine, model }, kept)
  }
  const hasValidation = recipe.data.validation > 0 && options.wanted?.validation !== false
  let opened: Evaluator | null = null
  const validating = hasValidation && {
    validate: (replica: Vector): number => {
      opened ??= validator()
      return opened!.evaluate(replica).loss
    }
  }
  const dealt = (): DealtTrainer => {
    const examples = new DealtExamples(data, options.shards, options.wanted)
    const shard = { examples, random: streams.batches(options.label ?? 0) }
    return {
      ...meter(createTrainer({ ...setup(), shard }), model.classes),
      ...validating,
      get rows() {
        return examples.count
      },
      get classes() {
        return examples.classes
      },
      mostBytes: examples.mostBytes,
      deal: (parts, turn) => examples.deal(parts, turn)
    }
  }
  const trainerOn = (
    shard: { examples: ShardExamples; random: ReturnType<typeof streams.batches> },
    learningRate?: number
  ): ShardTrainer => ({
    ...meter(createTrainer({ ...setup(learningRate), shard }), model.classes),
    ...validating,
    rows: shard.examples.count,
    classes: shard.examples.classes
  })
  return {
    backend: engine.backend,
    explanation,
    layout: model.layout,
    bytes: { engine: bytes, data: rows * data.width * elementBytes(recipe.data.name) },
    width: data.width,
    trainer: (index, learningRate) => trainerOn(shardOf(index), learningRate),
    dealt,
    // With the first shard's stream: in a swarm of one, all ways to train are the same descent.
    centralised: (learningRate) =>
      trainerOn({ examples: data.union(), random: streams.batches(0) }, learningRate),
    allReduce: (learningRate) => {
      const shards = Array.from({ length: options.shards }, (_, index) => shardOf(index))
      return createAllReduce({ ...setup(learningRate), shards })
    },
    evaluator: () => createEvaluator({ engine, model }, data.test()),
    validator,
    dispose: () => engine.dispose()
  }
}
