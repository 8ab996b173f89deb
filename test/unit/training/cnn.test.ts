import * as tf from '@tensorflow/tfjs-core'
import test from 'ava'
import type { InvalidInputError } from '../../../src/errors.ts'
import { permutation, seeded } from '../../../src/random.ts'
import { trainingSchema } from '../../../src/swarm/recipe.ts'
import { evaluate } from '../../../src/training/evaluate.ts'
import type { Model } from '../../../src/training/model.ts'
import { openBackend } from '../../../src/training/tensors/backend.ts'
import { createModel } from '../../../src/training/tensors/create-model.ts'
import { lossAndGradient } from '../../../src/training/tensors/gradient.ts'
import { createTrainer } from '../../../src/training/trainer.ts'
import { zeros } from '../../../src/vector/vector.ts'
import { lossInFloat64 } from './cnn-oracle.ts'
import { centralDifferences, clusters, difference, uniform, withoutShortcut } from './helpers.ts'

const cnn = (height: number, width: number, channels: number, classes: number): Model => {
  const shape = [height, width, channels] as const
  return createModel({ name: 'cnn' }, { features: height * width * channels, shape, classes })
}

test.serial("should have LeNet-5's 61,706 parameters for 28 x 28 x 1 and ten classes", (t) => {
  const { layout } = cnn(28, 28, 1, 10)
  t.is(layout.length, 61_706)
  t.deepEqual(
    layout.tensors.map(({ name, shape }) => `${name} ${shape.join('x')}`),
    [
      'conv0/kernel 5x5x1x6',
      'conv0/bias 6',
      'conv1/kernel 5x5x6x16',
      'conv1/bias 16',
      'dense0/kernel 400x120',
      'dense0/bias 120',
      'dense1/kernel 120x84',
      'dense1/bias 84',
      'dense2/kernel 84x10',
      'dense2/bias 10'
    ]
  )
})

test.serial('should start from kernels of variance 2 / fan-in, the last of 1, no biases', (t) => {
  const model = cnn(28, 28, 1, 10)
  const replica = model.initial(seeded(3))
  const fanIns: Readonly<Record<string, number>> = {
    'conv0/kernel': 25,
    'conv1/kernel': 150,
    'dense0/kernel': 400,
    'dense1/kernel': 120,
    'dense2/kernel': 2 * 84
  }
  for (const { name, offset, size } of model.layout.tensors) {
    const part = replica.subarray(offset, offset + size)
    const deviation = Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / size)
    const fanIn = fanIns[name]
    if (fanIn === undefined) t.is(deviation, 0, name)
    // four standard errors of a sample deviation: 4 / sqrt(2 size)
    else t.true(Math.abs(deviation / Math.sqrt(2 / fanIn) - 1) < 4 / Math.sqrt(2 * size), name)
  }
})

test.serial('should draw every tensor from a stream of its own', (t) => {
  // Of another shape of rows only dense0 differs.
  const [small, large] = [cnn(16, 16, 1, 10), cnn(28, 28, 1, 10)].map((model) => {
    const replica = model.initial(seeded(3))
    return new Map(
      model.layout.tensors.map(({ name, offset, size }) => [
        name,
        replica.slice(offset, offset + size)
      ])
    )
  })
  for (const [name, values] of large!) {
    if (name === 'dense0/kernel') t.not(small!.get(name)!.length, values.length)
    else t.deepEqual(small!.get(name), values, name)
  }
})

const LABELS = [0, 2, 1, 2]
const SIDES = { height: 15, width: 12, channels: 2, classes: 3 }
/** Of 18,000 elements, so many of every tensor are tried. */
const TRIED = 40

const build = () => {
  const { height, width, channels, classes } = SIDES
  const model = cnn(height, width, channels, classes)
  const replica = model.initial(seeded(1))
  const noise = uniform(seeded(2), replica.length)
  for (let i = 0; i < replica.length; i++) replica[i] = replica[i]! + 0.2 * noise[i]!
  const x = uniform(seeded(3), LABELS.length * height * width * channels)
  const oracle = (p: Float64Array): number => lossInFloat64(p, x, LABELS, SIDES)
  return { model, replica, x, oracle }
}

for (const backend of ['wasm', 'cpu'] as const) {
  for (const way of ['by hand', 'automatically'] as const) {
    test.serial(`should agree with finite differences on ${backend}, ${way}`, async (t) => {
      await openBackend(backend)
      const { model, replica, x, oracle } = build()
      const gradient = zeros(replica.length)
      const used = way === 'by hand' ? model : withoutShortcut(model)
      const loss = lossAndGradient(used, replica, x, LABELS, gradient)
      // float32 forward pass of a few hundred products: 1e-6; the differences are good to 1e-9
      t.true(Math.abs(loss - oracle(Float64Array.from(replica))) < 5e-6)
      for (const { name, offset, size } of model.layout.tensors) {
        const places = permutation(seeded(4).fork(name), size).subarray(0, TRIED)
        const elements = places.map((place) => offset + place)
        const found = Array.from(elements, (i) => gradient[i]!)
        const error = difference(found, centralDifferences(oracle, replica, elements))
        t.true(error < 1e-5, `${name}: relative error ${error}`)
      }
    })
  }
}

test.serial('should agree on every element between wasm and cpu, by hand and not', async (t) => {
  const model = cnn(28, 28, 1, 10)
  const replica = model.initial(seeded(1))
  const x = uniform(seeded(2), 16 * 784)
  const labels = Array.from({ length: 16 }, (_, i) => i % 10)
  const gradientOf = async (backend: 'wasm' | 'cpu', used: Model) => {
    await openBackend(backend)
    const gradient = zeros(replica.length)
    lossAndGradient(used, replica, x, labels, gradient)
    return gradient
  }
  const expected = await gradientOf('cpu', withoutShortcut(model))
  for (const { name, offset, size } of model.layout.tensors) {
    const part = expected.subarray(offset, offset + size)
    t.true(Math.hypot(...part) > 1e-3, `${name} has a gradient`)
  }
  t.true(difference(await gradientOf('cpu', model), expected) < 1e-5)
  t.true(difference(await gradientOf('wasm', model), expected) < 1e-5)
  t.true(difference(await gradientOf('wasm', withoutShortcut(model)), expected) < 1e-5)
})

const ROWS = { rows: 200, width: 12 * 13, classes: 3, spread: 0.5 }
const training = trainingSchema.parse({ learningRate: 0.05, steps: 400, batch: 16 })
const trainerOf = (model: Model, table = clusters(seeded(1), ROWS)) =>
  createTrainer({ model, table, training, random: seeded(2), initial: seeded(7) })

test.serial('should learn separable clusters and leave no tensor behind', async (t) => {
  await openBackend('wasm')
  const model = cnn(12, 13, 1, 3)
  const trainer = trainerOf(model)
  const replica = trainer.initial()
  trainer.train(replica, 1, 0)
  const tensors = tf.memory().numTensors
  trainer.train(replica, 100, 1)
  const { accuracy } = evaluate(model, replica, clusters(seeded(1), ROWS))
  t.true(accuracy! > 0.98, `${accuracy}`)
  t.is(tf.memory().numTensors, tensors)
})

test.serial('should skip and count steps whose gradient is not finite', async (t) => {
  await openBackend('wasm')
  const table = clusters(seeded(1), ROWS)
  table.features.fill(Number.NaN)
  const trainer = trainerOf(cnn(12, 13, 1, 3), table)
  const replica = trainer.initial()
  t.is(trainer.train(replica, 3, 0).skipped, 3)
  t.deepEqual(replica, trainer.initial())
})

for (const [height, width] of [
  [11, 28],
  [28, 11],
  [1, 784]
] as const) {
  test(`should refuse rows of ${height} x ${width}`, (t) => {
    const error = t.throws(() => cnn(height, width, 1, 10), { name: 'InvalidInputError' })
    const [problem] = (error as InvalidInputError).problems
    t.is(problem!.path, 'model.name')
    t.regex(problem!.rule, new RegExp(`at least 12 x 12, .* ${height} x ${width}$`))
  })
}

test('should build no tensors for a synthetic model', (t) => {
  const sides = { features: 4, shape: [2, 2, 1], classes: 2 } as const
  const averaging = { name: 'averaging', parameters: 4 } as const
  t.throws(() => createModel(averaging, sides), { name: 'RangeError', message: /no tensors/ })
})
