/** The bench of a model that this program does not know: trainers come from a module of the operator's own. */

import type { ModelConfig, Recipe } from '../../swarm/recipe.ts'
import { learningRateAt } from '../../swarm/schedule.ts'
import { swarmStreams } from '../../swarm/streams.ts'
import type { Layout } from '../../vector/layout.ts'
import { type Vector, zeros } from '../../vector/vector.ts'
import type { Bench, BenchOptions, ShardTrainer } from '../bench.ts'
import { NOTHING_LEARNT, type ReplicaTrainer } from '../descent.ts'
import { meter } from '../meter.ts'
import { checkTrainer, loadTrainer } from './load-trainer.ts'
import type { OwnTrainer } from './own-trainer.ts'

type CustomConfig = Extract<ModelConfig, { name: 'custom' }>

const allFinite = (replica: Vector): boolean => {
  // A sum of finite float32 values, in float64, is finite.
  let sum = 0
  for (let i = 0; i < replica.length; i++) sum += replica[i]!
  return Number.isFinite(sum)
}

/** What leads to a replica that is not finite is left out, as built-in models do. */
const guarded = (own: OwnTrainer, given: Vector | null): ReplicaTrainer => {
  const before = zeros(own.layout.length)
  return {
    layout: own.layout,
    initial: () => given?.slice() ?? own.initial(),
    train: (replica, steps, from, correction = null, share = 1) => {
      if (steps === 0) return NOTHING_LEARNT
      before.set(replica)
      const { loss, samples } = own.train(replica, steps, from, correction, share)
      if (loss === null) return NOTHING_LEARNT
      if (Number.isFinite(loss) && allFinite(replica)) return { loss, samples, skipped: 0 }
      replica.set(before)
      return { loss, samples, skipped: steps }
    },
    save: () => own.save?.() ?? { vectors: {}, data: null },
    restore: (saved) => own.restore?.(saved)
  }
}

const noGradient = (): never => {
  throw new RangeError('a custom trainer takes steps and tells no gradients')
}

export interface CustomInit extends Pick<BenchOptions, 'wanted' | 'shards' | 'trainer' | 'label'> {
  readonly recipe: Recipe
  readonly initial: ((layout: Layout) => Vector) | null
}

/** @throws InvalidInputError where there is no module, or it has no trainer */
export const openCustomBench = async (init: CustomInit, config: CustomConfig): Promise<Bench> => {
  const { recipe, wanted, shards, label, trainer: module = null } = init
  const { training, seed } = recipe
  const create = await loadTrainer(module)
  const streams = swarmStreams(seed)
  const make = (shard: number): OwnTrainer =>
    checkTrainer(
      create({
        shard,
        shards,
        peer: label ?? null,
        seed,
        training,
        options: config.options,
        random: streams.batches(label ?? shard),
        learningRate: (step) => learningRateAt(training, step)
      })
    )
  // It may hold a lot of data: made once where one shard is trained.
  const firstShard = wanted?.shards?.[0] ?? 0
  const first = make(firstShard)
  let isFree = true
  const trainerFor = (shard: number): OwnTrainer => {
    if (shard !== firstShard || !isFree) return make(shard)
    isFree = false
    return first
  }
  const { layout } = first
  const given = init.initial?.(layout) ?? null
  return {
    backend: 'custom',
    explanation: [`custom: ${config.program} computes as its module does`],
    layout,
    bytes: { engine: 0, data: 0 },
    width: 0,
    trainer: (shard): ShardTrainer => {
      const own = trainerFor(shard)
      return { ...meter(guarded(own, given), null), rows: own.rows ?? 0, classes: null }
    },
    centralised: noGradient,
    allReduce: noGradient,
    evaluator: () => ({
      evaluate: (replica) => {
        const { accuracy = null, loss = null } = first.evaluate?.(replica) ?? {}
        return { accuracy, loss: loss ?? Number.NaN, confusion: null }
      }
    }),
    validator: () => null,
    dispose: () => {}
  }
}
