/**
 * Benches without data: objectives whose optimum is known, for swarms of thousands of peers and for
 * what can be checked against theory. They need no tfjs.
 */
import type { Random } from '../random.ts'
import type { ModelConfig, Recipe } from '../swarm/recipe.ts'
import { swarmStreams } from '../swarm/streams.ts'
import { type Layout, layoutOf } from '../vector/layout.ts'
import type { Vector } from '../vector/vector.ts'
import { createAveraging } from './averaging.ts'
import type { Bench } from './bench.ts'
import { createDescent, type GradientSource, type ReplicaTrainer } from './descent.ts'
import type { Evaluator } from './evaluate.ts'
import { createFollow } from './follow.ts'
import { createGradients } from './gradients.ts'
import { meanSource } from './mean-source.ts'
import { meter } from './meter.ts'
import { createQuadratics } from './quadratic.ts'

/** What every synthetic objective offers. */
export interface Synthetic {
  /** The gradient of one peer's own objective. */
  source(peer: number, noise: Random): GradientSource
  initial(peer: number): Vector
  /** How far a replica is from the optimum of all peers together. */
  loss(replica: Vector): number
}

export type SyntheticConfig = Extract<ModelConfig, { name: 'quadratic' | 'averaging' }>

export const isSynthetic = (model: ModelConfig): model is SyntheticConfig =>
  model.name === 'quadratic' || model.name === 'averaging'

const createSynthetic = (config: SyntheticConfig, peers: number, random: Random): Synthetic =>
  config.name === 'quadratic'
    ? createQuadratics(config, peers, random)
    : createAveraging(config, peers, random)

export const openSyntheticBench = (
  recipe: Recipe,
  model: SyntheticConfig,
  peers: number,
  initial: ((layout: Layout) => Vector) | null = null
): Bench => {
  const streams = swarmStreams(recipe.seed)
  const layout = layoutOf([{ name: 'x', shape: [model.parameters] }])
  const given = initial?.(layout) ?? null
  const synthetic = createSynthetic(model, peers, streams.initial)
  const sourceOf = (peer: number): GradientSource => synthetic.source(peer, streams.batches(peer))
  const descent = (
    source: GradientSource,
    peer: number,
    learningRate = recipe.training.learningRate
  ) =>
    createDescent({
      layout,
      source,
      follow: createFollow(recipe.training, layout),
      training: { ...recipe.training, learningRate },
      initial: () => given?.slice() ?? synthetic.initial(peer)
    })
  const withGradients = (
    source: GradientSource,
    peer: number,
    learningRate = recipe.training.learningRate
  ): ReplicaTrainer => ({
    ...descent(source, peer, learningRate),
    gradients: () => createGradients(source, { ...recipe.training, learningRate }, layout)
  })
  const sharded = (source: GradientSource, peer: number, learningRate?: number) => ({
    ...meter(withGradients(source, peer, learningRate), null),
    rows: 0,
    classes: null
  })
  const whole = (): GradientSource =>
    meanSource(
      Array.from({ length: peers }, (_, peer) => sourceOf(peer)),
      layout.length
    )
  const evaluator: Evaluator = {
    evaluate: (replica) => ({ accuracy: null, loss: synthetic.loss(replica), confusion: null })
  }
  return {
    backend: 'none',
    explanation: [],
    layout,
    bytes: { engine: 0, data: 0 },
    width: 0,
    trainer: (peer, learningRate) => sharded(sourceOf(peer), peer, learningRate),
    centralised: (learningRate) => sharded(whole(), 0, learningRate),
    allReduce: (learningRate) => descent(whole(), 0, learningRate),
    evaluator: () => evaluator,
    validator: () => null,
    dispose: () => {}
  }
}
