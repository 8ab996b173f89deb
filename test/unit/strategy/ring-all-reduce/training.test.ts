/** Whole swarms with real models, against single-process training with the mean of all batches. */
import test from 'ava'
import { openBench } from '../../../../src/training/bench.ts'
import { distance } from '../../../helpers/distance.ts'
import { recipeWith } from '../../../helpers/recipe.ts'
import { areEqual } from '../../../helpers/ring-swarm.ts'
import { QUIET, runSwarm } from '../../../helpers/virtual.ts'

const PEERS = 4
const ROUNDING = 1e-5

const OPTIMIZERS = {
  'plain descent': { name: 'sgd' },
  momentum: { name: 'sgd', momentum: 0.9 },
  AdamW: { name: 'adam', weightDecay: 0.1 }
}

const recipeOf = (training: object) =>
  recipeWith({
    seed: 3,
    model: { name: 'mlp', hidden: [16] },
    data: { name: 'glyphs', partition: { kind: 'dirichlet', alpha: 0.5 } },
    training: { learningRate: 0.02, batch: 8, schedule: 'cosine', clip: 1, ...training },
    strategy: { name: 'ring-all-reduce', bucketBytes: 4096 },
    topology: { name: 'full' }
  })

const open = (recipe: ReturnType<typeof recipeOf>) =>
  openBench({ recipe, dataPath: null, shards: PEERS, backend: 'wasm' })

for (const [name, optimizer] of Object.entries(OPTIMIZERS)) {
  test(`should end where one process ends with all batches together: ${name}`, async (t) => {
    const recipe = recipeOf({ localSteps: 1, steps: 60, optimizer })
    const oracle = (await open(recipe)).allReduce()
    const expected = oracle.initial()
    const from = expected.slice()
    oracle.train(expected, 60, 0)
    const bench = await open(recipe)
    const trainers = Array.from({ length: PEERS }, (_, peer) => bench.trainer(peer))
    const { swarm } = await runSwarm(recipe, trainers)
    const [first, ...others] = swarm.members.map(({ replica }) => replica!)
    const away = distance(first!, expected) / distance(expected, from)
    t.true(away < ROUNDING, `${away}`)
    for (const replica of others) t.true(areEqual(replica, first!))
  })
}

test('should give the batches of a step to those who are faster, and wait less', async (t) => {
  const times: number[] = []
  const batches: number[][] = []
  for (const balance of [false, true]) {
    const recipe = recipeOf({ localSteps: 8, steps: 320 })
    const options = { ...recipe, strategy: { ...recipe.strategy, balance } }
    const bench = await open(options)
    const trainers = Array.from({ length: PEERS }, (_, peer) => bench.trainer(peer))
    // Peer 3 takes 40 ms for a batch, the others 10.
    const stepMs = (peer: number): number => (peer === 3 ? 40 : 10)
    const { swarm } = await runSwarm(options, trainers, QUIET, stepMs)
    times.push(swarm.clock.now)
    batches.push(trainers.map((trainer) => trainer.take().steps))
    const [first, ...others] = swarm.members.map(({ replica }) => replica!)
    for (const replica of others) t.true(areEqual(replica, first!))
  }
  const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0)
  t.deepEqual(batches[0], [320, 320, 320, 320])
  // The first step's paces are not known. Then 32 batches by 1 : 1 : 1 : 1/4 are about 10, 10, 10 and 2.
  t.is(sum(batches[1]!), 4 * 320)
  t.true(batches[1]![3]! < 110, `${batches[1]}`)
  t.true(times[1]! < 0.55 * times[0]!, `${times}`)
})
