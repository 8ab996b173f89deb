import test from 'ava'
import type { Table } from '../../../src/data/dataset.ts'
import { type Random, seeded } from '../../../src/random.ts'
import { type TrainingConfig, trainingSchema } from '../../../src/swarm/recipe.ts'
import { createDescent, type GradientSource } from '../../../src/training/descent.ts'
import { rowExamples } from '../../../src/training/examples.ts'
import { createFollow } from '../../../src/training/follow.ts'
import { meanSource } from '../../../src/training/mean-source.ts'
import { createModel } from '../../../src/training/models/create-model.ts'
import { rowSides } from '../../../src/training/models/model.ts'
import { createAllReduce, createTrainer } from '../../../src/training/trainer.ts'
import { openWasmEngine } from '../../../src/training/wasm/wasm-engine.ts'
import { layoutOf } from '../../../src/vector/layout.ts'
import { zeros } from '../../../src/vector/vector.ts'
import { clusters, difference } from './helpers.ts'

const WIDTH = 8
const CLASSES = 3
const BATCH = 4
const sides = rowSides([1, 1, WIDTH], CLASSES)

/** Shards of different sizes around different centres, so that no two peers' gradients are alike. */
const tables = [30, 50, 20].map((rows, shard) =>
  clusters(seeded(shard + 1), { rows, width: WIDTH, classes: CLASSES, spread: 0.5 })
)
const streamOf = (shard: number): Random => seeded(99).fork(shard)
const shardsOf = (some: readonly Table[]) =>
  some.map((table, shard) => ({ examples: rowExamples(table), random: streamOf(shard) }))

const trainingOf = (some: Partial<TrainingConfig> = {}): TrainingConfig => ({
  ...trainingSchema.parse({ learningRate: 0.1, steps: 40, batch: BATCH }),
  ...some
})

/** The rows of all peers' next batches, one below the other: they are drawn with replacement. */
const drawTogether = (streams: readonly Random[]): { x: number[][]; labels: number[] } => {
  const x: number[][] = []
  const labels: number[] = []
  tables.forEach((table, shard) => {
    for (let i = 0; i < BATCH; i++) {
      const row = streams[shard]!.integer(table.rows)
      const features = zeros(WIDTH)
      table.read(row, features, 0)
      x.push([...features])
      labels.push(table.labels[row]!)
    }
  })
  return { x, labels }
}

/** Softmax regression's mean gradient in float64: x^T (softmax(x W + b) - one-hot) / rows. */
const gradientInFloat64 = (p: readonly number[], x: number[][], labels: number[]): number[] => {
  const gradient = p.map(() => 0)
  x.forEach((row, n) => {
    const z = Array.from({ length: CLASSES }, (_, c) =>
      row.reduce((sum, value, i) => sum + value * p[i * CLASSES + c]!, p[WIDTH * CLASSES + c]!)
    )
    const total = z.reduce((sum, value) => sum + Math.exp(value), 0)
    z.forEach((value, c) => {
      const d = (Math.exp(value) / total - (labels[n] === c ? 1 : 0)) / x.length
      row.forEach((feature, i) => {
        gradient[i * CLASSES + c]! += d * feature
      })
      gradient[WIDTH * CLASSES + c]! += d
    })
  })
  return gradient
}

test.serial('should descend as one process in float64 does on the peers’ batches together', (t) => {
  const model = createModel({ name: 'mlp', hidden: [] }, sides)
  const training = trainingOf({ optimizer: { name: 'sgd', momentum: 0.9 } })
  const trainer = createAllReduce({
    engine: openWasmEngine(model, BATCH),
    model,
    training,
    initial: seeded(7),
    shards: shardsOf(tables)
  })
  const replica = trainer.initial()
  const x = [...replica]
  const v = x.map(() => 0)
  const streams = tables.map((_, shard) => streamOf(shard))
  for (let step = 0; step < training.steps; step++) {
    const batch = drawTogether(streams)
    gradientInFloat64(x, batch.x, batch.labels).forEach((g, i) => {
      v[i] = 0.9 * v[i]! + g
      x[i]! -= 0.1 * v[i]!
    })
  }
  const report = trainer.train(replica, training.steps, 0)
  // forty float32 steps, each right to some 1e-7
  t.true(difference(replica, x) < 1e-5)
  t.is(report.samples, training.steps * BATCH * tables.length)
  t.is(report.skipped, 0)
})

test.serial('should take the gradient and the loss of the batches laid together', (t) => {
  const model = createModel({ name: 'mlp', hidden: [16] }, sides)
  const training = trainingOf({ learningRate: 1 })
  const trainer = createAllReduce({
    engine: openWasmEngine(model, BATCH),
    model,
    training,
    initial: seeded(7),
    shards: shardsOf(tables)
  })
  const replica = trainer.initial()
  const together = drawTogether(tables.map((_, shard) => streamOf(shard)))
  const labels = Uint8Array.from(together.labels)
  const gradient = zeros(model.layout.length)
  const expectedLoss = openWasmEngine(model, labels.length).gradient(
    replica,
    { x: Float32Array.from(together.x.flat()), labels },
    gradient
  )
  const expected = replica.map((value, i) => value - gradient[i]!)
  const { loss } = trainer.train(replica, 1, 0)
  t.true(Math.abs(loss! / expectedLoss - 1) < 1e-6)
  t.true(difference(replica, expected) < 1e-6)
})

for (const optimizer of [
  { name: 'sgd', momentum: 0.9 },
  { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 }
] as const) {
  test.serial(
    `should be ordinary training with one peer, bit by bit, by ${optimizer.name}`,
    (t) => {
      const model = createModel({ name: 'mlp', hidden: [16] }, sides)
      const training = trainingOf({ optimizer, clip: 0.5, schedule: 'cosine' })
      const init = { engine: openWasmEngine(model, BATCH), model, training, initial: seeded(7) }
      const together = createAllReduce({ ...init, shards: shardsOf(tables.slice(0, 1)) })
      const single = createTrainer({ ...init, shard: shardsOf(tables)[0]! })
      const [a, b] = [together.initial(), single.initial()]
      t.deepEqual(together.train(a, 20, 10), single.train(b, 20, 10))
      t.deepEqual(a, b)
      t.notDeepEqual(a, single.initial())
    }
  )
}

const constant = (...gradient: number[]): GradientSource => ({
  samples: 1,
  streams: [],
  gradient: (_, into) => {
    into.set(gradient)
    return gradient[0]!
  }
})

const nothing: GradientSource = {
  samples: 0,
  streams: [],
  gradient: () => {
    throw new Error('asked for a gradient without rows')
  }
}

/** Where (0, 0) goes in one step of rate 1. */
const stepOf = (sources: readonly GradientSource[], clip: number | null = null) => {
  const training = trainingOf({ learningRate: 1, clip })
  const layout = layoutOf([{ name: 'x', shape: [2] }])
  const source = meanSource(sources, 2)
  const follow = createFollow(training, layout)
  const trainer = createDescent({ layout, source, follow, training, initial: () => zeros(2) })
  const replica = trainer.initial()
  const report = trainer.train(replica, 1, 0)
  return { replica: [...replica], report }
}

test('should clip the mean, not what it is the mean of', (t) => {
  t.deepEqual(stepOf([constant(10, 0), constant(0, 0)], 1).replica, [-1, 0])
  t.deepEqual(stepOf([constant(3, 2), constant(-3, 2)], 1).replica, [0, -1])
})

test('should leave out peers without rows', (t) => {
  const { replica, report } = stepOf([constant(2, 4), nothing, constant(4, 0)])
  t.deepEqual(replica, [-3, -2])
  t.deepEqual(report, { loss: 3, samples: 2, skipped: 0 })
  t.deepEqual(stepOf([nothing]).report, { loss: null, samples: 0, skipped: 0 })
})

test('should skip the step when one gradient is not finite', (t) => {
  const { replica, report } = stepOf([constant(1, 1), constant(Number.NaN, 1)])
  t.deepEqual(replica, [0, 0])
  t.is(report.skipped, 1)
})
