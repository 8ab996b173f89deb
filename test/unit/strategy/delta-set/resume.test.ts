/** Who stops and goes on ends where it would have ended, bit for bit. */
import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { createDeltaSet } from '../../../../src/strategy/delta-set/index.ts'
import type { DeltaKinds, Job } from '../../../../src/strategy/delta-set/kinds.ts'
import type { Compute } from '../../../../src/strategy/strategy.ts'
import { openBench } from '../../../../src/training/bench.ts'
import { recipeWith } from '../../../helpers/recipe.ts'
import { SoloPeer } from '../../../helpers/solo-peer.ts'
import { MANIFEST } from './tiny.ts'

const ROUNDS = 40
const OPTIMIZERS = {
  'plain SGD': { name: 'sgd', momentum: 0 },
  'SGD with momentum and control variates': { name: 'sgd', momentum: 0.9 },
  Adam: { name: 'adam', beta1: 0.5, beta2: 0.95 }
}

/** Every call of `trainer` is a new process: its own engine, streams and memory. */
const scene = async (optimizer: object) => {
  const recipe = recipeWith({
    model: { name: 'mlp', hidden: [8] },
    training: {
      optimizer,
      learningRate: 0.01,
      schedule: 'cosine',
      batch: 8,
      localSteps: 2,
      steps: 2 * ROUNDS
    },
    strategy: { name: 'delta-set', density: 0.02 },
    topology: { name: 'full' }
  })
  const open = () => openBench({ recipe, dataPath: null, shards: 1, backend: 'wasm' })
  const { layout } = await open()
  const strategy = createDeltaSet(recipe, layout, {
    manifest: MANIFEST,
    peers: 1,
    diagnostics: false
  })
  return { strategy, layout, trainer: async () => (await open()).trainer(0) }
}

for (const [name, optimizer] of Object.entries(OPTIMIZERS)) {
  test(`should end like one that was never stopped when it leaves and comes back: ${name}`, async (t) => {
    const { strategy, trainer } = await scene(optimizer)
    const whole = new SoloPeer(strategy, await trainer())
    whole.run()
    t.is(whole.rounds, ROUNDS)
    for (const stop of [1, 7, 17]) {
      const first = new SoloPeer(strategy, await trainer())
      first.run(() => first.rounds === stop)
      first.tell({ type: 'leave' })
      first.run()
      t.is(first.records.length, 1, 'a checkpoint, and nothing besides')
      t.not(first.compute.fingerprint!(), whole.compute.fingerprint!())
      const second = new SoloPeer(strategy, await trainer(), first.records)
      second.run()
      t.is(first.rounds + second.rounds, ROUNDS)
      t.is(second.compute.fingerprint!(), whole.compute.fingerprint!(), `stopped after ${stop}`)
      t.deepEqual(second.compute.replica, whole.compute.replica)
    }
  })

  test(`should end like one that was never stopped when it dies just after a checkpoint: ${name}`, async (t) => {
    const { strategy, trainer } = await scene(optimizer)
    const whole = new SoloPeer(strategy, await trainer())
    whole.run()
    const first = new SoloPeer(strategy, await trainer())
    first.run(() => first.checkpoints === 1)
    t.is(first.rounds, 16)
    const second = new SoloPeer(strategy, await trainer(), first.records)
    second.run()
    t.is(second.rounds, ROUNDS - 16)
    t.is(second.compute.fingerprint!(), whole.compute.fingerprint!())
  })

  test(`should give the same results for the same jobs after it was saved: ${name}`, async (t) => {
    const { strategy, trainer } = await scene(optimizer)
    const random = seeded(3)
    const compute = strategy.compute(await trainer())
    let payload: Uint8Array<ArrayBuffer> | null = null
    /** Like rounds, with somebody else's deltas between them. */
    const jobs = (round: number): Job[] => {
      const other = payload
      const delta = { own: false, recalled: false, weight: 0.5, steps: 2, origins: 3 }
      return [
        { kind: 'local-steps', steps: 2, from: 2 * round },
        { kind: 'encode', density: 0.02, weight: 0.5 },
        ...(other === null
          ? []
          : [{ kind: 'apply', deltas: [{ ...delta, payload: other }] } as const])
      ]
    }
    const play = (to: Compute<DeltaKinds>, round: number) =>
      jobs(round).map((job) => to.run(structuredClone(job)))
    for (let round = 0; round < 5; round++) {
      const [, encoded] = play(compute, round)
      if (encoded?.kind === 'encoded' && random.integer(2) === 0) payload = encoded.payload
    }
    const saved = compute.run({ kind: 'checkpoint' })
    if (saved.kind !== 'checkpoint') return t.fail()
    const copy = structuredClone(saved.compute)
    const resumed = strategy.compute(await trainer())
    t.deepEqual(resumed.run({ kind: 'resume', compute: saved.compute }), { kind: 'resumed' })
    t.deepEqual(resumed.replica, compute.replica)
    for (let round = 5; round < 10; round++) t.deepEqual(play(resumed, round), play(compute, round))
    t.deepEqual(resumed.replica, compute.replica)
    t.is(resumed.fingerprint!(), compute.fingerprint!())
    t.deepEqual(saved.compute, copy, 'what was saved has changed')
    t.deepEqual(saved.compute.vectors['replica'], copy.vectors['replica'])
  })
}

test('should refuse what another model or optimiser has saved, and stay what it was', async (t) => {
  const plain = await scene(OPTIMIZERS['plain SGD'])
  const controlled = await scene(OPTIMIZERS['SGD with momentum and control variates'])
  const compute = controlled.strategy.compute(await controlled.trainer())
  const before = compute.run({ kind: 'checkpoint' })
  const saved = plain.strategy.compute(await plain.trainer()).run({ kind: 'checkpoint' })
  if (saved.kind !== 'checkpoint') return t.fail()
  const { data, vectors } = saved.compute
  t.throws(() => compute.run({ kind: 'resume', compute: saved.compute }), {
    instanceOf: RangeError
  })
  const short = { ...vectors, base: new Int32Array(3) }
  t.throws(() => compute.run({ kind: 'resume', compute: { data, vectors: short } }), {
    instanceOf: RangeError
  })
  t.throws(() => compute.run({ kind: 'resume', compute: { data: null, vectors } }), {
    instanceOf: RangeError
  })
  t.deepEqual(compute.run({ kind: 'checkpoint' }), before)
})
