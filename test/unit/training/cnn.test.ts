import test from 'ava'
import type { InvalidInputError } from '../../../src/errors.ts'
import { seeded } from '../../../src/random.ts'
import { rowExamples } from '../../../src/training/examples.ts'
import { createModel } from '../../../src/training/models/create-model.ts'
import { type Model, rowSides } from '../../../src/training/models/model.ts'
import { openBackend } from '../../../src/training/tensors/backend.ts'
import { createForm } from '../../../src/training/tensors/create-form.ts'
import { createTensorEngine } from '../../../src/training/tensors/tensor-engine.ts'
import { zeros } from '../../../src/vector/vector.ts'
import { builtIn, clusters, difference, uniform } from './helpers.ts'

/** As a recipe that says no more than the name has it. */
const cnn = (height: number, width: number, channels: number, classes: number): Model =>
  createModel(builtIn({ name: 'cnn' }), rowSides([height, width, channels], classes))

const tensorEngine = async (model: Model, backend: 'wasm' | 'cpu') => {
  await openBackend(backend)
  const { layout, places } = model
  return createTensorEngine({ layout, places, form: createForm(model) })
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

test.serial('should agree on every element between wasm and cpu', async (t) => {
  const model = cnn(28, 28, 1, 10)
  const replica = model.initial(seeded(1))
  const x = uniform(seeded(2), 16 * 784)
  const labels = Uint8Array.from({ length: 16 }, (_, i) => i % 10)
  const gradientOn = async (backend: 'wasm' | 'cpu') => {
    const gradient = zeros(replica.length)
    const engine = await tensorEngine(model, backend)
    await engine.gradient(replica, { x, labels }, gradient)
    return gradient
  }
  const expected = await gradientOn('cpu')
  for (const { name, offset, size } of model.layout.tensors) {
    const part = expected.subarray(offset, offset + size)
    t.true(Math.hypot(...part) > 1e-3, `${name} has a gradient`)
  }
  t.true(difference(await gradientOn('wasm'), expected) < 1e-5)
})

test.serial('should learn separable clusters as tensors', async (t) => {
  const table = clusters(seeded(1), { rows: 200, width: 12 * 13, classes: 3, spread: 0.5 })
  const examples = rowExamples(table)
  const engine = await tensorEngine(cnn(12, 13, 1, 3), 'wasm')
  const replica = cnn(12, 13, 1, 3).initial(seeded(7))
  const draw = examples.draws(16, seeded(2))
  const steps = (function* () {
    for (let i = 0; i < 100; i++) yield { batch: draw(), rate: 0.05 }
  })()
  await engine.descender({ name: 'sgd', momentum: 0 }, null).descend(replica, steps, null)
  const [logits] = await engine.logits(replica, examples.batches(200))
  const right = [...table.labels].filter((label, row) => {
    const own = logits!.subarray(3 * row, 3 * row + 3)
    return own.indexOf(Math.max(...own)) === label
  })
  t.true(right.length / table.rows > 0.98, `${right.length} of ${table.rows}`)
  engine.dispose()
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

test('should have no form for a topology, which is opened otherwise', (t) => {
  const layers = { name: 'layers', topology: {}, weights: null } as const
  const model = { ...cnn(12, 12, 1, 2), config: layers }
  t.throws(() => createForm(model), { name: 'RangeError', message: /no form/ })
})
