import type { Random } from '../random.ts'
import type { TrainingConfig } from '../swarm/recipe.ts'
import { learningRateAt } from '../swarm/schedule.ts'
import type { Vector } from '../vector/vector.ts'
import {
  createDescent,
  type GradientSource,
  NOTHING_LEARNT,
  type ReplicaTrainer
} from './descent.ts'
import type { Descender, Engine, Step } from './engine.ts'
import type { Examples } from './examples.ts'
import { createGradients } from './gradients.ts'
import { meanSource } from './mean-source.ts'
import type { Model } from './models/model.ts'
import { descentState, type Resumable } from './resumable.ts'

/** One peer's examples, and the stream that draws its batches from them. */
export interface Shard {
  readonly examples: Examples
  readonly random: Random
}

interface Common {
  readonly engine: Engine
  readonly model: Model
  readonly training: TrainingConfig
  /** From the swarm's seed: the same stream at every peer. */
  readonly initial: Random
  /** What it begins with in the place of the model's own. @default null */
  readonly given?: Vector | null
}

export interface TrainerInit extends Common {
  readonly shard: Shard
}

export interface AllReduceInit extends Common {
  readonly shards: readonly Shard[]
}

/** A copy of the stream, so that asking twice gives the same replica. */
const initialOf =
  ({ model, initial, given = null }: Common) =>
  () =>
    given?.slice() ?? model.initial(initial.fork('replica'))

/** Local training of one peer. Knows neither peers nor time. */
export const createTrainer = (init: TrainerInit): ReplicaTrainer => {
  const { engine, training, shard } = init
  const { examples, random } = shard
  const draw = examples.draws(training.batch, random)
  let opened: Descender | null = null
  /** A trainer that is asked for gradients only never needs its moments. */
  const descender = (): Descender => {
    opened ??= engine.descender(training.optimizer, training.clip)
    return opened
  }
  const state: Resumable = {
    save: () => descender().save(),
    restore: (saved) => descender().restore(saved)
  }
  function* steps(count: number, from: number, share: number): Iterable<Step> {
    for (let i = 0; i < count; i++)
      yield { batch: draw(), rate: share * learningRateAt(training, from + i) }
  }
  return {
    layout: engine.layout,
    initial: initialOf(init),
    ...descentState(state, [random]),
    gradients: () =>
      createGradients(sourceOf(engine, training.batch, shard), training, engine.layout),
    train: (replica, count, from, correction = null, share = 1) => {
      if (examples.count === 0 || count === 0) return NOTHING_LEARNT
      const { loss, skipped } = descender().descend(replica, steps(count, from, share), correction)
      return { loss: loss / count, samples: count * training.batch, skipped }
    }
  }
}

/** Gradients of the engine's model on one batch after the other. */
const sourceOf = (engine: Engine, batch: number, { examples, random }: Shard): GradientSource => {
  const draw = examples.draws(batch, random)
  return {
    // Of dealt data there may be none at first.
    get samples() {
      return examples.count === 0 ? 0 : batch
    },
    streams: [random],
    gradient: (replica, into) => engine.gradient(replica, draw(), into)
  }
}

/** Training of one replica with the mean gradient of all shards, each on the batch that its peer would draw. */
export const createAllReduce = (init: AllReduceInit): ReplicaTrainer => {
  const { engine, training, shards } = init
  const sources = shards.map((shard) => sourceOf(engine, training.batch, shard))
  const descender = engine.descender(training.optimizer, training.clip)
  return createDescent({
    layout: engine.layout,
    source: meanSource(sources, engine.layout.length),
    follow: {
      step: (replica, gradient, rate) => descender.follow(replica, gradient, rate),
      save: () => descender.save(),
      restore: (saved) => descender.restore(saved)
    },
    training,
    initial: initialOf(init)
  })
}
