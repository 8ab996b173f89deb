/** Trainers for the tests of saving and going on. */
import { decode, encode } from '@ipld/dag-cbor'
import { type Random, seeded } from '../../../src/random.ts'
import { type OptimizerConfig, trainingSchema } from '../../../src/swarm/recipe.ts'
import type { ReplicaTrainer } from '../../../src/training/descent.ts'
import type { Engine } from '../../../src/training/engine.ts'
import { type Examples, rowExamples, textExamples } from '../../../src/training/examples.ts'
import { createModel } from '../../../src/training/models/create-model.ts'
import { type ModelSides, rowSides, textSides } from '../../../src/training/models/model.ts'
import { createTrainer } from '../../../src/training/trainer.ts'
import { openWasmEngine } from '../../../src/training/wasm/wasm-engine.ts'
import type { Saved } from '../../../src/vector/saved.ts'
import type { Vector } from '../../../src/vector/vector.ts'
import { builtIn, clusters } from './helpers.ts'

export const BATCH = 4
/** Odd, so that Adam's bias correction and the streams are somewhere in the middle. */
export const BEFORE = 7
export const AFTER = 5

export const SGD: OptimizerConfig = { name: 'sgd', momentum: 0 }
export const MOMENTUM: OptimizerConfig = { name: 'sgd', momentum: 0.9 }
export const ADAM: OptimizerConfig = {
  name: 'adam',
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.01
}

export const OPTIMIZERS: readonly OptimizerConfig[] = [
  SGD,
  MOMENTUM,
  ADAM,
  { name: 'rmsprop', rho: 0.9, epsilon: 1e-8 },
  { name: 'adagrad', epsilon: 1e-10 },
  { name: 'lion', beta1: 0.9, beta2: 0.99, weightDecay: 0.01 }
]

const rows = ({ features, classes }: ModelSides): Examples =>
  rowExamples(clusters(seeded(2), { rows: 60, width: features, classes, spread: 0.3 }))

const text = ({ places, classes }: ModelSides): Examples => {
  const random = seeded(2)
  return textExamples(
    Uint8Array.from({ length: 300 }, () => random.integer(classes)),
    places
  )
}

export interface Case {
  readonly config: object
  readonly sides: ModelSides
  readonly examples: Examples
}

const MLP = rowSides([1, 1, 6], 3)
const IMAGES = rowSides([8, 8, 3], 3)
const TEXT = textSides(6, 11)
export const CASES = {
  mlp: { config: { name: 'mlp', hidden: [8] }, sides: MLP, examples: rows(MLP) },
  cnn: {
    config: {
      name: 'cnn',
      convolutions: [{ channels: 4, kernel: 3, padding: 'same' }],
      hidden: [8]
    },
    sides: IMAGES,
    examples: rows(IMAGES)
  },
  resnet20: { config: { name: 'resnet20' }, sides: IMAGES, examples: rows(IMAGES) },
  gpt: {
    config: { name: 'gpt', layers: 2, width: 12, heads: 3, context: 6 },
    sides: TEXT,
    examples: text(TEXT)
  }
} satisfies Record<string, Case>

export const openProgram = ({ config, sides }: Case): Engine =>
  openWasmEngine(createModel(builtIn(config), sides), BATCH)

export const trainerOn = (
  engine: Engine,
  { config, sides, examples }: Case,
  optimizer: OptimizerConfig,
  random: Random = seeded(3)
): ReplicaTrainer =>
  createTrainer({
    engine,
    model: createModel(builtIn(config), sides),
    shard: { examples, random },
    training: trainingSchema.parse({
      learningRate: 0.02,
      steps: 40,
      batch: BATCH,
      schedule: 'cosine',
      optimizer,
      clip: 1
    }),
    initial: seeded(7)
  })

/** As it comes back from a disk, or from another thread. */
export const kept = ({ vectors, data }: Saved): Saved => ({
  vectors: structuredClone(vectors),
  data: decode(encode(data))
})

export const bits = (vector: Vector): Uint32Array => new Uint32Array(vector.buffer.slice(0))

/**
 * The losses and the bits of two replicas after BEFORE + AFTER steps: of one that is not interrupted,
 * and of one that goes on in `second`, elsewhere, from what was saved in `first`.
 */
export const interrupted = (
  first: Engine,
  second: Engine,
  of: Case,
  optimizer: OptimizerConfig
): readonly [unknown, unknown] => {
  const whole = trainerOn(first, of, optimizer)
  const expected = whole.initial()
  whole.train(expected, BEFORE, 0)
  const loss = whole.train(expected, AFTER, BEFORE).loss

  const early = trainerOn(first, of, optimizer)
  const replica = early.initial()
  early.train(replica, BEFORE, 0)
  // Another trainer of the same engine, so that the state has to be fetched from where it waits.
  const other = trainerOn(first, of, optimizer, seeded(4))
  other.train(other.initial(), 2, 0)
  const late = trainerOn(second, of, optimizer)
  late.train(late.initial(), 3, 0) // What it was before does not matter.
  late.restore(kept(early.save()))
  const again = late.train(replica, AFTER, BEFORE).loss
  return [
    { loss, replica: bits(expected) },
    { loss: again, replica: bits(replica) }
  ]
}
