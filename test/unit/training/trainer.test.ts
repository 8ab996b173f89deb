import test from 'ava'
import type { Table } from '../../../src/data/dataset.ts'
import { seeded } from '../../../src/random.ts'
import { type TrainingConfig, trainingSchema } from '../../../src/swarm/recipe.ts'
import { createEvaluator } from '../../../src/training/evaluate.ts'
import { rowExamples } from '../../../src/training/examples.ts'
import { createModel } from '../../../src/training/models/create-model.ts'
import type { Model } from '../../../src/training/models/model.ts'
import { createTrainer } from '../../../src/training/trainer.ts'
import { openWasmEngine } from '../../../src/training/wasm/wasm-engine.ts'
import { difference, type Vector } from '../../../src/vector/vector.ts'
import { clusters, flatSides } from './helpers.ts'

const model = createModel({ name: 'mlp', hidden: [16] }, flatSides(8, 3))
const table = clusters(seeded(1), { rows: 300, width: 8, classes: 3, spread: 0.3 })

const trainingOf = (some: Partial<TrainingConfig> = {}): TrainingConfig => ({
  ...trainingSchema.parse({ learningRate: 0.1, steps: 400, batch: 16 }),
  ...some
})

const trainerOf = (seed: number, some: Partial<TrainingConfig> = {}, rows: Table = table) =>
  createTrainer({
    engine: openWasmEngine(model, 16),
    model,
    shard: { examples: rowExamples(rows), random: seeded(seed) },
    training: trainingOf(some),
    initial: seeded(7)
  })

const evaluate = (of: Model, replica: Vector, rows: Table, most?: number) =>
  createEvaluator({ engine: openWasmEngine(of, 100), model: of }, rowExamples(rows, most)).evaluate(
    replica
  )

test('should have 101,770 parameters for 784-128-10', (t) => {
  const mlp = createModel({ name: 'mlp', hidden: [128] }, flatSides(784, 10))
  t.is(mlp.layout.length, 101_770)
  t.deepEqual(
    mlp.layout.tensors.map(({ name, shape }) => `${name} ${shape.join('x')}`),
    ['dense0/kernel 784x128', 'dense0/bias 128', 'dense1/kernel 128x10', 'dense1/bias 10']
  )
})

test('should start from normal kernels of the stated variance and zero biases', (t) => {
  const mlp = createModel({ name: 'mlp', hidden: [128] }, flatSides(784, 10))
  const replica = mlp.initial(seeded(3))
  const deviations = mlp.layout.tensors.map(({ offset, size }) => {
    const part = replica.subarray(offset, offset + size)
    return Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / size)
  })
  // four standard errors of a sample deviation: 4 / sqrt(2 size)
  t.true(Math.abs(deviations[0]! / Math.sqrt(2 / 784) - 1) < 4 / Math.sqrt(2 * 100_352))
  t.true(Math.abs(deviations[2]! / Math.sqrt(1 / 128) - 1) < 4 / Math.sqrt(2 * 1280))
  t.is(deviations[1], 0)
  t.is(deviations[3], 0)
})

test('should start every peer of a swarm from the same replica', (t) => {
  t.deepEqual(trainerOf(1).initial(), trainerOf(2).initial())
  const trainer = trainerOf(1)
  t.deepEqual(trainer.initial(), trainer.initial())
  t.notDeepEqual(model.initial(seeded(8)), model.initial(seeded(9)))
})

test('should give the same replica for the same seed and another for another', (t) => {
  const runs = [1, 1, 2].map((seed) => {
    const trainer = trainerOf(seed)
    const replica = trainer.initial()
    const report = trainer.train(replica, 20, 0)
    return { replica, report }
  })
  t.deepEqual(runs[0], runs[1])
  t.notDeepEqual(runs[0]!.replica, runs[2]!.replica)
  t.not(runs[0]!.report.loss, runs[2]!.report.loss)
})

test('should train 8 + 12 steps as it trains 20', (t) => {
  const options = { schedule: 'cosine', optimizer: { name: 'sgd', momentum: 0.9 } } as const
  const once = trainerOf(1, options)
  const twice = trainerOf(1, options)
  const [a, b] = [once.initial(), twice.initial()]
  once.train(a, 20, 0)
  twice.train(b, 8, 0)
  twice.train(b, 12, 8)
  t.deepEqual(a, b)
})

test('should take the learning rate from the place of a step in the whole schedule', (t) => {
  const moved = [0, 400, 10_000].map((from) => {
    const trainer = trainerOf(1, { schedule: 'cosine' })
    const replica = trainer.initial()
    trainer.train(replica, 1, from)
    const change = new Float32Array(replica.length)
    difference(replica, trainer.initial(), change)
    return Math.hypot(...change)
  })
  // The cosine's end is 5 % of its beginning; float32 replicas of size 1 lose 1e-7 of a change.
  t.true(Math.abs(moved[1]! / moved[0]! - 0.05) < 1e-4)
  t.is(moved[2], moved[1])
})

const optimizers = [
  { name: 'sgd', momentum: 0 },
  { name: 'sgd', momentum: 0.9 },
  { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 }
] as const

for (const optimizer of optimizers) {
  test(`should learn separable clusters with ${JSON.stringify(optimizer)}`, (t) => {
    const learningRate = optimizer.name === 'adam' ? 0.01 : 0.05
    const trainer = trainerOf(1, { optimizer, learningRate })
    const replica = trainer.initial()
    const first = trainer.train(replica, 5, 0).loss!
    trainer.train(replica, 200, 5)
    t.true(trainer.train(replica, 5, 205).loss! < first / 10)
    t.true(evaluate(model, replica, table).accuracy! > 0.98)
  })
}

test('should report the mean loss, the samples and nothing skipped', (t) => {
  const trainer = trainerOf(1)
  const replica = trainer.initial()
  const report = trainer.train(replica, 3, 0)
  t.is(report.samples, 48)
  t.is(report.skipped, 0)
  const other = trainerOf(1)
  const again = other.initial()
  const losses = [0, 1, 2].map((from) => other.train(again, 1, from).loss!)
  t.true(Math.abs(report.loss! - losses.reduce((a, b) => a + b) / 3) < 1e-12)
  t.deepEqual(trainer.train(replica, 0, 3), { loss: null, samples: 0, skipped: 0 })
})

test('should bound the first step by rate times clip', (t) => {
  const trainer = trainerOf(1, { clip: 0.01 })
  const replica = trainer.initial()
  trainer.train(replica, 1, 0)
  const moved = new Float32Array(replica.length)
  difference(replica, trainer.initial(), moved)
  t.true(Math.abs(Math.hypot(...moved) / 0.001 - 1) < 1e-3)
})

test('should skip and count steps whose gradient is not finite', (t) => {
  const read: Table['read'] = (_, into, offset) => into.fill(Number.NaN, offset, offset + 8)
  const trainer = trainerOf(1, {}, { ...table, read })
  const replica = trainer.initial()
  const report = trainer.train(replica, 4, 0)
  t.is(report.skipped, 4)
  t.true(Number.isNaN(report.loss))
  t.deepEqual(replica, trainer.initial())
})

test('should train nothing without rows', (t) => {
  const empty = { ...table, rows: 0, labels: new Uint8Array() }
  const trainer = trainerOf(1, {}, empty)
  const replica = trainer.initial()
  t.deepEqual(trainer.train(replica, 4, 0), { loss: null, samples: 0, skipped: 0 })
  t.deepEqual(replica, trainer.initial())
})

test('should evaluate as a loop in float64 over the rows does', (t) => {
  const linear = createModel({ name: 'mlp', hidden: [] }, flatSides(8, 3))
  const replica = linear.initial(seeded(5))
  const many = clusters(seeded(6), { rows: 2300, width: 8, classes: 3, spread: 2 })
  const confusion = new Array<number>(9).fill(0)
  let loss = 0
  for (let row = 0; row < many.rows; row++) {
    const x = new Float32Array(8)
    many.read(row, x, 0)
    const logits = [0, 1, 2].map((c) => {
      let sum = replica[24 + c]!
      for (let i = 0; i < 8; i++) sum += x[i]! * replica[i * 3 + c]!
      return sum
    })
    const label = many.labels[row]!
    loss += Math.log(logits.reduce((sum, z) => sum + Math.exp(z), 0)) - logits[label]!
    const cell = label * 3 + logits.indexOf(Math.max(...logits))
    confusion[cell] = confusion[cell]! + 1
  }
  const result = evaluate(linear, replica, many)
  t.deepEqual([...result.confusion!], confusion)
  t.is(result.accuracy, (confusion[0]! + confusion[4]! + confusion[8]!) / 2300)
  t.true(Math.abs(result.loss - loss / 2300) < 1e-6)
})

test('should evaluate only as many rows as asked', (t) => {
  const replica = model.initial(seeded(5))
  const count = (rows?: number): number =>
    evaluate(model, replica, table, rows).confusion!.reduce((a, b) => a + b)
  t.is(count(), 300)
  t.is(count(7), 7)
  t.is(count(5000), 300)
})
