import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { allReduceBytes } from '../../src/simulation/baselines/bytes.ts'
import { runBaselines } from '../../src/simulation/baselines/run-baselines.ts'
import { parseScenario, recipeOfScenario, type Scenario } from '../../src/simulation/scenario.ts'
import { BASELINES } from '../../src/storage/results.ts'
import type { Trainer } from '../../src/strategy/strategy.ts'
import { type Bench, openBench } from '../../src/training/bench.ts'
import { openBackend } from '../../src/training/tensors/backend.ts'
import { writeData } from '../integration/cli-harness.ts'

const PEERS = 3
const STEPS = 120
const ROWS = 400
const WIDTH = 784

const scenarioIn = async (t: ExecutionContext, some: object = {}): Promise<Scenario> => {
  const path = await mkdtemp(join(tmpdir(), 'swarmgrad-baselines-'))
  t.teardown(() => rm(path, { recursive: true, force: true }))
  await writeData(path)
  return parseScenario({
    name: 'baselines',
    peers: PEERS,
    model: { name: 'mlp', hidden: [8] },
    data: { name: 'mnist', path, partition: { kind: 'dirichlet', alpha: 0.5 } },
    training: { learningRate: 0.05, batch: 8, localSteps: 8, steps: STEPS, schedule: 'cosine' },
    strategy: { name: 'gossip-averaging' },
    topology: { name: 'ring' },
    baselines: [...BASELINES],
    tuning: null,
    ...some
  })
}

const benchOf = (scenario: Scenario): Promise<Bench> =>
  openBench({
    recipe: recipeOfScenario(scenario),
    dataPath: scenario.data.path,
    shards: scenario.peers,
    backend: 'wasm'
  })

const trained = (trainer: Trainer): Float32Array<ArrayBuffer> => {
  const replica = trainer.initial()
  trainer.train(replica, STEPS, 0)
  return replica
}

// Opening it twice at the same time fails, and tests run at the same time.
test.before(() => openBackend('wasm'))

const quiet = { onProgress: () => {}, signal: new AbortController().signal }

test('should measure what training on an open bench gives', async (t) => {
  const scenario = await scenarioIn(t)
  const outcome = await runBaselines(scenario, quiet)
  const bench = await benchOf(scenario)
  const evaluator = bench.evaluator()
  const measured = (trainer: Trainer) => evaluator.evaluate(trained(trainer))
  const alone = [0, 1, 2].map((shard) => measured(bench.trainer(shard)))
  t.deepEqual(
    outcome?.alone,
    alone.map(({ accuracy }) => accuracy)
  )
  t.deepEqual(
    outcome?.baselines.map(({ name }) => name),
    [...BASELINES]
  )
  const [own, centralised, allReduce] = outcome!.baselines
  t.is(own!.loss.worst, Math.max(...alone.map(({ loss }) => loss)))
  t.is(own!.bytesPerPeer, 0)
  const central = measured(bench.centralised())
  t.is(centralised!.accuracy?.mean, central.accuracy!)
  t.is(centralised!.loss.mean, central.loss)
  t.is(centralised!.bytesPerPeer, (ROWS * WIDTH * 4) / PEERS)
  const reduced = measured(bench.allReduce())
  t.is(allReduce!.accuracy?.mean, reduced.accuracy!)
  t.is(allReduce!.loss.mean, reduced.loss)
  t.is(allReduce!.bytesPerPeer, allReduceBytes(PEERS, bench.layout.length, STEPS))
  // Rows that nobody else has are worth something.
  t.true(central.accuracy! > own!.accuracy!.mean)
})

test('should be one and the same descent in a swarm of one', async (t) => {
  const bench = await benchOf(await scenarioIn(t, { peers: 1 }))
  const alone = trained(bench.trainer(0))
  t.deepEqual(trained(bench.centralised()), alone)
  t.deepEqual(trained(bench.allReduce()), alone)
})

test('should train at another rate as a recipe with that rate does', async (t) => {
  const scenario = await scenarioIn(t)
  const { training } = scenario
  const bench = await benchOf(scenario)
  const other = await benchOf({ ...scenario, training: { ...training, learningRate: 0.2 } })
  t.deepEqual(trained(bench.trainer(1, 0.2)), trained(other.trainer(1)))
  t.deepEqual(trained(bench.centralised(0.2)), trained(other.centralised()))
  t.deepEqual(trained(bench.allReduce(0.2)), trained(other.allReduce()))
  t.notDeepEqual(trained(bench.trainer(1, 0.2)), trained(bench.trainer(1)))
})

test('should give centralised all rows, and no more', async (t) => {
  const bench = await benchOf(await scenarioIn(t))
  const shards = [0, 1, 2].map((shard) => bench.trainer(shard))
  const union = bench.centralised()
  t.is(union.rows, ROWS)
  t.deepEqual(
    union.classes,
    shards[0]!.classes!.map((_, label) =>
      shards.reduce((sum, { classes }) => sum + classes![label]!, 0)
    )
  )
})

test('should give the same outcome on one thread and on four, another for another seed', async (t) => {
  const scenario = await scenarioIn(t, { tuning: { factors: [0.5, 1, 4] } })
  const [one, four, other] = [
    await runBaselines(scenario, { ...quiet, threads: 1 }),
    await runBaselines(scenario, { ...quiet, threads: 4 }),
    await runBaselines({ ...scenario, seed: 2 }, { ...quiet, threads: 4 })
  ]
  t.deepEqual(one, four)
  t.notDeepEqual(one, other)
  for (const { name, grid, learningRate } of one!.baselines) {
    t.deepEqual(
      grid.map((trial) => trial.learningRate),
      [0.025, 0.05, 0.2],
      name
    )
    const best = Math.max(...grid.map(({ accuracy }) => accuracy!))
    t.is(grid.find((trial) => trial.learningRate === learningRate)!.accuracy, best, name)
  }
})

test('should show one stage after the other, each to its end', async (t) => {
  const shown: Array<[string, number]> = []
  const onProgress = (stage: string, done: number): void => void shown.push([stage, done])
  const scenario = await scenarioIn(t)
  await runBaselines(scenario, { ...quiet, onProgress })
  const names = shown.map(([stage]) => stage)
  t.deepEqual(
    names.filter((name, i) => name !== names[i - 1]),
    ['all-reduce', 'centralised', 'alone']
  )
  t.deepEqual(
    shown.filter(([, done]) => done === 1).map(([stage]) => stage),
    ['all-reduce', 'centralised', 'alone']
  )
  t.true(shown.every(([, done]) => done >= 0 && done <= 1))
})

test('should run only what is asked for', async (t) => {
  const scenario = await scenarioIn(t, { baselines: ['centralised'] })
  const outcome = await runBaselines(scenario, quiet)
  t.deepEqual(
    outcome!.baselines.map(({ name }) => name),
    ['centralised']
  )
  t.is(outcome!.alone, null)
  const none = await runBaselines({ ...scenario, baselines: [] }, quiet)
  t.deepEqual(none, { baselines: [], alone: null })
})

test('should end its threads and have no outcome when it is stopped', async (t) => {
  const scenario = await scenarioIn(t)
  const endless = { ...scenario, training: { ...scenario.training, steps: 1_000_000_000 } }
  const stop = new AbortController()
  const outcome = await runBaselines(endless, {
    onProgress: () => stop.abort(),
    signal: stop.signal
  })
  t.is(outcome, null)
  t.is(await runBaselines(scenario, { ...quiet, signal: AbortSignal.abort() }), null)
})

test('should say what is wrong with the input, with its path and remedy', async (t) => {
  const scenario = await scenarioIn(t)
  const data = { ...scenario.data, path: join(scenario.data.path!, 'nowhere') }
  const error = await t.throwsAsync(runBaselines({ ...scenario, data }, quiet), {
    name: 'InvalidInputError'
  })
  t.true(error.message.includes('nowhere'))
})
