import test, { type ExecutionContext } from 'ava'
import { InvalidInputError } from '../../../src/errors.ts'
import { runBaseline } from '../../../src/simulation/baselines/baseline.ts'
import type { Job, ThreadSetup } from '../../../src/simulation/baselines/jobs.ts'
import { createWorkshop } from '../../../src/simulation/baselines/workshop.ts'
import { recipeSchema } from '../../../src/swarm/recipe.ts'
import type { Bench, BenchOptions, ShardTrainer } from '../../../src/training/bench.ts'
import type { Evaluator } from '../../../src/training/evaluate.ts'
import { NO_TROUBLE } from '../../../src/training/meter.ts'
import { layoutOf } from '../../../src/vector/layout.ts'
import { nothingSaved } from '../../helpers/synthetic-trainers.ts'

const PEERS = 4
const STEPS = 5
/** Curvature of every peer's parabola: rate 1 / 4 reaches its bottom in one step. */
const CURVATURE = 4
const RATE = 0.125

const recipe = recipeSchema.parse({
  model: { name: 'quadratic' },
  data: { name: 'none' },
  training: { learningRate: RATE, steps: STEPS },
  strategy: { name: 'gossip-averaging' },
  topology: { name: 'ring' }
})

const optionsOf = (validation: number): BenchOptions => ({
  recipe: { ...recipe, data: { ...recipe.data, validation } },
  dataPath: null,
  shards: PEERS,
  backend: 'wasm'
})
const setup: ThreadSetup = { own: optionsOf(0), tuning: optionsOf(0.1) }

/** Peer i descends 2 (x - i)^2 from -1; the mean of all peers' parabolas is lowest at 1.5. */
const parabola = (bottom: number, rate = RATE): ShardTrainer => ({
  ...nothingSaved,
  layout: layoutOf([{ name: 'x', shape: [1] }]),
  initial: () => Float32Array.of(-1),
  train: (x, steps) => {
    for (let i = 0; i < steps; i++) x[0] = x[0]! - rate * CURVATURE * (x[0]! - bottom)
    return { loss: 0, samples: steps }
  },
  trouble: () => NO_TROUBLE,
  take: () => ({ steps: 0, samples: 0, loss: null, diverging: false }),
  rows: 0,
  classes: null
})

/** Squared distance to `bottom`. */
const measure = (bottom: number): Evaluator => ({
  evaluate: (x) => ({ accuracy: null, loss: (x[0]! - bottom) ** 2, confusion: null })
})

const benchOf = (some: Partial<Bench> = {}): Bench => ({
  backend: 'none',
  explanation: [],
  layout: parabola(0).layout,
  bytes: { engine: 0, data: 0 },
  width: 0,
  trainer: (shard, rate) => parabola(shard, rate),
  centralised: (rate) => parabola(1.5, rate),
  allReduce: (rate) => parabola(1.5, rate),
  evaluator: () => measure(1.5),
  validator: () => null,
  dispose: () => {},
  ...some
})

const job: Job = { baseline: 'centralised', replica: 0, learningRate: RATE, tuning: true }

const tuned = (name: Job['baseline'], factors: readonly number[]) =>
  runBaseline({
    name,
    peers: PEERS,
    steps: STEPS,
    learningRate: RATE,
    factors,
    run: createWorkshop(setup, async () => benchOf()),
    onProgress: () => {}
  })

for (const name of ['centralised', 'all-reduce'] as const) {
  test(`should find the best rate of a parabola for ${name}`, async (t) => {
    const { baseline } = await tuned(name, [0.5, 1, 2, 6])
    t.is(baseline.learningRate, 2 * RATE)
    // (1 - rate x curvature)^steps of the way of 2.5 is left, squared; beyond 2 / curvature it grows.
    t.deepEqual(
      baseline.grid.map(({ learningRate, loss }) => [learningRate, loss]),
      [0.5, 1, 2, 6].map((factor) => [
        factor * RATE,
        (2.5 * (1 - factor * RATE * CURVATURE) ** STEPS) ** 2
      ])
    )
    t.deepEqual(baseline.loss, { mean: 0, worst: 0, best: 0 })
  })
}

test('should leave every peer at its own bottom when it is alone', async (t) => {
  const { baseline } = await tuned('alone', [2])
  // (i - 1.5)^2 for i of 0..3
  t.deepEqual(baseline.loss, { mean: 1.25, worst: 2.25, best: 0.25 })
  t.is(baseline.bytesPerPeer, 0)
})

test('should train the numbered steps of the schedule once each, and report them', async (t) => {
  const taken: Array<[number, number]> = []
  const reported: number[] = []
  const trainer = {
    ...parabola(0),
    train: (_: unknown, steps: number, from: number) => {
      taken.push([from, steps])
      return { loss: 0, samples: 0 }
    }
  }
  const long = { ...recipe, training: { ...recipe.training, steps: 250 } }
  const work = createWorkshop({ ...setup, tuning: { ...setup.tuning, recipe: long } }, async () =>
    benchOf({ centralised: () => trainer, allReduce: () => trainer })
  )
  await work(job, (count) => reported.push(count))
  t.deepEqual(taken, [
    [0, 100],
    [100, 100],
    [200, 50]
  ])
  t.deepEqual(reported, [100, 100, 50])
  taken.length = 0
  await work({ ...job, baseline: 'all-reduce' }, () => {})
  t.deepEqual(
    taken,
    Array.from({ length: 10 }, (_, i) => [25 * i, 25])
  )
})

/** Opens benches of data whose every row set is measured on another bottom. */
const openData = (opened: number[]) => async (options: BenchOptions) => {
  const { validation } = options.recipe.data
  opened.push(validation)
  return benchOf({ width: 3, validator: () => (validation > 0 ? measure(-1) : null) })
}

test('should tune on rows held out and measure the outcome on the test set', async (t) => {
  const opened: number[] = []
  const work = createWorkshop(setup, openData(opened))
  // At rate 0 the replica stays at -1.
  const loss = async (tuning: boolean): Promise<number> =>
    (await work({ ...job, learningRate: 0, tuning }, () => {})).loss
  t.deepEqual([await loss(true), await loss(true), await loss(false)], [0, 0, 6.25])
  t.deepEqual(opened, [0.1, 0])
})

test('should end what a bench computes with before it opens another', async (t) => {
  const events: string[] = []
  const work = createWorkshop(setup, async ({ recipe }) => {
    const name = `bench with ${recipe.data.validation} aside`
    events.push(`open ${name}`)
    const validator = () => measure(0)
    return benchOf({ width: 3, validator, dispose: () => events.push(`end ${name}`) })
  })
  for (const tuning of [true, true, false]) await work({ ...job, tuning }, () => {})
  t.deepEqual(events, [
    'open bench with 0.1 aside',
    'end bench with 0.1 aside',
    'open bench with 0 aside'
  ])
})

test('should refuse to tune by test rows', async (t) => {
  const work = createWorkshop(setup, async () => benchOf({ width: 3 }))
  const refused = work(job, () => {})
  const error = await t.throwsAsync(refused, { instanceOf: InvalidInputError })
  t.deepEqual(
    error?.problems.map(({ path }) => path),
    ['tuning']
  )
})

const LACK = { path: 'peers', rule: 'must be at most 9', remedy: 'take fewer' }
const MISSING = { path: 'data.path', rule: 'must be a folder', remedy: 'make it' }

const problemsOf = async (t: ExecutionContext, tuning: boolean): Promise<unknown> => {
  const work = createWorkshop(setup, async () => {
    throw new InvalidInputError([LACK, MISSING])
  })
  const error = await t.throwsAsync(
    work({ ...job, tuning }, () => {}),
    {
      instanceOf: InvalidInputError
    }
  )
  return error?.problems
}

test('should say when only tuning lacks the rows', async (t) => {
  t.deepEqual(await problemsOf(t, true), [
    {
      path: 'peers',
      rule: 'must be at most 9, when tuning holds rows out',
      remedy: 'take fewer, or set tuning to null'
    },
    MISSING
  ])
  t.deepEqual(await problemsOf(t, false), [LACK, MISSING])
})
