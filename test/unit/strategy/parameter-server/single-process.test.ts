/**
 * A synchronous parameter server with one local step does what one process does on the union of the peers'
 * batches: the oracle is the all-reduce trainer of src/training, which knows no strategy.
 */
import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { networkSchema } from '../../../../src/simulation/network-schema.ts'
import type { Trainer } from '../../../../src/strategy/strategy.ts'
import { trainingSchema } from '../../../../src/swarm/recipe.ts'
import { rowExamples } from '../../../../src/training/examples.ts'
import { createModel } from '../../../../src/training/models/create-model.ts'
import { rowSides } from '../../../../src/training/models/model.ts'
import { createAllReduce, createTrainer, type Shard } from '../../../../src/training/trainer.ts'
import { openWasmEngine } from '../../../../src/training/wasm/wasm-engine.ts'
import type { Vector } from '../../../../src/vector/vector.ts'
import { recipeWith } from '../../../helpers/recipe.ts'
import { runSwarm } from '../../../helpers/virtual.ts'
import { clusters } from '../../training/helpers.ts'

const PEERS = 4
const STEPS = 40
const BATCH = 4
const RATE = 0.1
const sides = rowSides([1, 1, 8], 3)
const model = createModel({ name: 'mlp', hidden: [6] }, sides)

/** Shards around different centres, so that no two peers' gradients are alike. */
const shards = (): Shard[] =>
  Array.from({ length: PEERS }, (_, peer) => ({
    examples: rowExamples(
      clusters(seeded(peer + 1), { rows: 40, width: 8, classes: 3, spread: 0.5 })
    ),
    random: seeded(99).fork(peer)
  }))

const plain = trainingSchema.parse({ learningRate: RATE, steps: STEPS, batch: BATCH })

const trainers = (): Trainer[] =>
  shards().map((shard) =>
    createTrainer({
      engine: openWasmEngine(model, BATCH),
      model,
      training: plain,
      initial: seeded(7),
      shard
    })
  )

const together = (some: object): Vector => {
  const oracle = createAllReduce({
    engine: openWasmEngine(model, BATCH),
    model,
    training: trainingSchema.parse({ learningRate: RATE, steps: STEPS, batch: BATCH, ...some }),
    initial: seeded(7),
    shards: shards()
  })
  const replica = oracle.initial()
  oracle.train(replica, STEPS, 0)
  return replica
}

const swarmOf = async (options: object): Promise<readonly Vector[]> => {
  const strategy = { name: 'parameter-server', ...options }
  const training = { learningRate: RATE, localSteps: 1, steps: STEPS, batch: BATCH }
  const recipe = recipeWith({ strategy, training })
  const network = networkSchema.parse({ latencyMs: 10, jitterMs: 5 })
  const { swarm } = await runSwarm(recipe, trainers(), network)
  return swarm.members.map(({ replica }) => replica!)
}

const furthest = (a: Vector, b: Vector): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)

const ADAM = { name: 'adam', beta1: 0.9, beta2: 0.99 }

const CASES: Readonly<Record<string, { readonly options: object; readonly alone: object }>> = {
  'plain descent': { options: {}, alone: {} },
  'one shard, one replica': { options: { shards: 1, replicas: 1 }, alone: {} },
  'three shards': { options: { shards: 3, replicas: 1 }, alone: {} },
  'updates that count alike': { options: { weighting: 'uniform' }, alone: {} },
  momentum: {
    options: { server: { name: 'sgd', momentum: 0.9 } },
    alone: { optimizer: { name: 'sgd', momentum: 0.9 } }
  },
  // An update is the gradient times the local rate, and adam divides by its size: epsilon has to be as small.
  adam: {
    options: { server: { ...ADAM, rate: 0.01, epsilon: RATE * 1e-4 } },
    alone: { optimizer: { ...ADAM, epsilon: 1e-4 }, learningRate: 0.01 }
  },
  'bounded by 0 rounds': { options: { mode: 'bounded', bound: 0 }, alone: {} }
}

for (const [name, { options, alone }] of Object.entries(CASES)) {
  test(`should equal one process on the union batch: ${name}`, async (t) => {
    const replicas = await swarmOf(options)
    const expected = together(alone)
    t.true(furthest(expected, trainers()[0]!.initial()) > 0.1, 'it learned nothing')
    for (const replica of replicas) {
      const apart = furthest(replica, expected)
      t.true(apart < 1e-5, `${apart}`)
      t.deepEqual(replica, replicas[0])
    }
  })
}
