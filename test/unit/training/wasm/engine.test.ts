import test from 'ava'
import { type Random, seeded } from '../../../../src/random.ts'
import type { ClipConfig, OptimizerConfig } from '../../../../src/swarm/recipe.ts'
import type { Batch } from '../../../../src/training/batch.ts'
import type { Engine, Step } from '../../../../src/training/engine.ts'
import { createFollow } from '../../../../src/training/follow.ts'
import { createModel } from '../../../../src/training/models/create-model.ts'
import { rowSides } from '../../../../src/training/models/model.ts'
import { openWasmEngine } from '../../../../src/training/wasm/wasm-engine.ts'
import { type Vector, zeros } from '../../../../src/vector/vector.ts'
import { difference, uniform } from '../helpers.ts'

const BATCH = 3
const FEATURES = 7
const CLASSES = 3
const model = createModel({ name: 'mlp', hidden: [5] }, rowSides([1, 1, FEATURES], CLASSES))
const open = (): Engine => openWasmEngine(model, BATCH)

const batchOf = (random: Random): Batch => ({
  x: uniform(random, BATCH * FEATURES),
  labels: Uint8Array.from({ length: BATCH }, () => random.integer(CLASSES))
})

const stepsOf = (seed: number, count = 6): readonly Step[] => {
  const random = seeded(seed)
  return Array.from({ length: count }, (_, i) => ({ batch: batchOf(random), rate: 0.1 / (i + 1) }))
}

const OPTIMIZERS: readonly OptimizerConfig[] = [
  { name: 'sgd', momentum: 0 },
  { name: 'sgd', momentum: 0.9 },
  { name: 'adam', beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1 },
  { name: 'rmsprop', rho: 0.9, epsilon: 1e-6 },
  { name: 'adagrad', epsilon: 1e-6 },
  { name: 'lion', beta1: 0.9, beta2: 0.99, weightDecay: 0.1 }
]

const CLIPS: readonly ClipConfig[] = [
  null,
  0.05,
  { by: 'tensor', norm: 0.03 },
  { by: 'unit', share: 0.02 }
]

/** The same steps with the optimisers on plain vectors. */
const descendPlainly = (
  config: OptimizerConfig,
  clip: ClipConfig,
  replica: Vector,
  steps: readonly Step[],
  correction: Vector | null
): number => {
  const engine = open()
  const follow = createFollow({ optimizer: config, clip }, model.layout)
  const gradient = zeros(model.layout.length)
  let sum = 0
  for (const { batch, rate } of steps) {
    sum += engine.gradient(replica, batch, gradient)
    follow.step(replica, gradient, rate, correction)
  }
  return sum
}

for (const config of OPTIMIZERS) {
  for (const clip of CLIPS) {
    const title = `${JSON.stringify(config)}, clip ${JSON.stringify(clip)}`
    test(`should descend as the optimisers on plain vectors do: ${title}`, (t) => {
      const [a, b] = [model.initial(seeded(1)), model.initial(seeded(1))]
      const correction = uniform(seeded(2), a.length).map((value) => value / 10)
      const descender = open().descender(config, clip)
      const report = descender.descend(a, stepsOf(3), correction)
      t.is(report.skipped, 0)
      const expected = descendPlainly(config, clip, b, stepsOf(3), correction)
      t.true(Math.abs(report.loss / expected - 1) < 1e-6)
      t.true(difference(a, b) < 1e-6)
    })
  }
}

test('should keep the states of many descenders apart, though one at a time is in memory', (t) => {
  const config = OPTIMIZERS[1]!
  const shared = open()
  const run = (engines: readonly Engine[]): Vector[] => {
    const descenders = engines.map((engine) => engine.descender(config, null))
    const replicas = engines.map((_, i) => model.initial(seeded(i)))
    for (let round = 0; round < 4; round++) {
      descenders.forEach((descender, i) => {
        const correction = i === 1 ? replicas[0]! : null
        descender.descend(replicas[i]!, stepsOf(10 * i + round, 2), correction)
      })
    }
    return replicas
  }
  t.deepEqual(run([shared, shared, shared]), run([open(), open(), open()]))
})

test('should follow a gradient from elsewhere as its own', (t) => {
  const config = OPTIMIZERS[2]!
  const engine = open()
  const [a, b] = [model.initial(seeded(1)), model.initial(seeded(1))]
  const descender = engine.descender(config, 0.5)
  const follower = engine.descender(config, 0.5)
  const gradient = zeros(a.length)
  for (const step of stepsOf(5)) {
    descender.descend(a, [step], null)
    engine.gradient(b, step.batch, gradient)
    t.true(follower.follow(b, gradient, step.rate))
  }
  t.deepEqual(a, b)
})

test('should leave out what is not finite, replica and state included', (t) => {
  const config = OPTIMIZERS[1]!
  const bad: Step = {
    batch: { x: zeros(BATCH * FEATURES).fill(Number.NaN), labels: new Uint8Array(BATCH) },
    rate: 1
  }
  const [good, better] = [stepsOf(6, 1), stepsOf(7, 1)]
  const [with_, without] = [open().descender(config, 1), open().descender(config, 1)]
  const [a, b] = [model.initial(seeded(1)), model.initial(seeded(1))]
  const report = with_.descend(a, [...good, bad, ...better], null)
  without.descend(b, [...good, ...better], null)
  t.is(report.skipped, 1)
  t.true(Number.isNaN(report.loss))
  t.deepEqual(a, b)
  t.false(with_.follow(a, zeros(a.length).fill(Number.POSITIVE_INFINITY), 1))
  t.deepEqual(a, b)
})

for (const config of OPTIMIZERS.slice(1)) {
  test(`should keep the last replica that was finite, and forget what led out of it: ${config.name}`, (t) => {
    const [first] = stepsOf(6, 1)
    const tooFar: Step = { ...first!, rate: 3e38 }
    const [fallen, fresh] = [open().descender(config, null), open().descender(config, null)]
    const replica = model.initial(seeded(1))
    const report = fallen.descend(replica, [first!, tooFar, tooFar], null)
    t.is(report.skipped, 3)
    t.deepEqual(replica, model.initial(seeded(1)))
    const other = model.initial(seeded(1))
    fallen.descend(replica, stepsOf(7), null)
    fresh.descend(other, stepsOf(7), null)
    t.deepEqual(replica, other)
    t.notDeepEqual(replica, model.initial(seeded(1)))
  })
}

test('should show the logits of batches that do not fill it', (t) => {
  const engine = open()
  const replica = model.initial(seeded(1))
  const whole = batchOf(seeded(8))
  const part = { x: whole.x.subarray(0, FEATURES), labels: whole.labels.subarray(0, 1) }
  const seen: number[][] = []
  engine.logits(replica, [whole, part], (logits) => seen.push([...logits]))
  t.is(seen[0]!.length, BATCH * CLASSES)
  t.deepEqual(seen[1], seen[0]!.slice(0, CLASSES))
})

test('should refuse batches that do not fit', (t) => {
  const engine = open()
  const replica = model.initial(seeded(1))
  const gradient = zeros(replica.length)
  const wide = { x: zeros(BATCH * (FEATURES + 1)), labels: new Uint8Array(BATCH) }
  const few = { x: zeros(FEATURES), labels: new Uint8Array(1) }
  const many = { x: zeros(4 * FEATURES), labels: new Uint8Array(4) }
  for (const batch of [wide, few, many]) {
    t.throws(() => engine.gradient(replica, batch, gradient), { instanceOf: RangeError })
  }
})

test('should refuse a model that no memory holds before it is built', (t) => {
  const huge = createModel({ name: 'mlp', hidden: [65_536] }, rowSides([1, 1, 16_384], 10))
  t.throws(() => openWasmEngine(huge, 1), {
    name: 'InvalidInputError',
    message: /^training\.batch: takes 8\.\d GiB with this model/
  })
})
