import * as tf from '@tensorflow/tfjs-core'
import test from 'ava'
import { seeded } from '../../../../../src/random.ts'
import type { Batch } from '../../../../../src/training/batch.ts'
import { createModel } from '../../../../../src/training/models/create-model.ts'
import { type ModelSides, rowSides } from '../../../../../src/training/models/model.ts'
import { openBackend } from '../../../../../src/training/tensors/backend.ts'
import { createForm } from '../../../../../src/training/tensors/create-form.ts'
import type { Form } from '../../../../../src/training/tensors/form.ts'
import { layersInitial } from '../../../../../src/training/tensors/layers/initial-replica.ts'
import { openLayers } from '../../../../../src/training/tensors/layers/open-layers.ts'
import { parseTopology } from '../../../../../src/training/tensors/layers/topology.ts'
import { createTensorEngine } from '../../../../../src/training/tensors/tensor-engine.ts'
import type { Layout } from '../../../../../src/vector/layout.ts'
import { type Vector, zeros } from '../../../../../src/vector/vector.ts'
import { difference, uniform } from '../../helpers.ts'
import {
  batchOf,
  EVERYWHERE,
  EXAMPLES,
  end,
  FLAT,
  flatten,
  IMAGE,
  ON_CPU_ONLY,
  RECURRENT,
  SERIES,
  TEXT
} from './kinds.ts'
import { graph, layer, sequence } from './topologies.ts'

const gradientOf = async (layout: Layout, form: Form, replica: Vector, batch: Batch) => {
  const places = batch.labels.length / EXAMPLES
  const engine = createTensorEngine({ layout, places, form })
  const gradient = zeros(layout.length)
  const loss = await engine.gradient(replica, batch, gradient)
  return { loss, gradient }
}

/** With the replica that it begins with. */
const opened = async (json: unknown, sides: ModelSides) => {
  const topology = parseTopology(json)
  const form = await openLayers(topology, sides)
  return { ...form, initial: layersInitial(topology, form.layout, seeded(1)) }
}

/** Away from zero, and from the start. */
const replicaOf = (layout: Layout, initial: Vector): Vector => {
  const noise = uniform(seeded(2), layout.length)
  return initial.map((value, i) => value + 0.2 * noise[i]!)
}

const STEP = 2e-3

for (const { title, json, sides, text = false } of [...EVERYWHERE, ...ON_CPU_ONLY]) {
  test.serial(`should differentiate ${title} as its loss changes`, async (t) => {
    await openBackend('cpu')
    const { layout, form, initial } = await opened(json, sides)
    const replica = replicaOf(layout, initial)
    const batch = batchOf(sides, text)
    const { gradient } = await gradientOf(layout, form, replica, batch)
    t.true(Math.hypot(...gradient) > 1e-3)
    // Along the gradient and in float32: enough to see that the right thing is differentiated.
    const length = Math.hypot(...gradient)
    const at = async (step: number) => {
      const moved = replica.map((value, i) => value + (step * gradient[i]!) / length)
      return (await gradientOf(layout, form, moved, batch)).loss
    }
    const slope = ((await at(STEP)) - (await at(-STEP))) / (2 * STEP)
    t.true(Math.abs(slope / length - 1) < 0.02, `${slope} instead of ${length}`)
  })
}

for (const { title, json, sides, text = false } of EVERYWHERE) {
  test.serial(`should differentiate ${title} on wasm as on cpu`, async (t) => {
    const results = []
    for (const backend of ['wasm', 'cpu'] as const) {
      await openBackend(backend)
      const { layout, form, initial } = await opened(json, sides)
      const replica = replicaOf(layout, initial)
      results.push(await gradientOf(layout, form, replica, batchOf(sides, text)))
    }
    const [wasm, cpu] = results
    t.true(Math.abs(wasm!.loss - cpu!.loss) < 2e-6)
    t.true(difference(wasm!.gradient, cpu!.gradient) < 1e-5)
  })
}

for (const { title, json, sides } of ON_CPU_ONLY) {
  test.serial(`should refuse ${title} where the backend cannot differentiate it`, async (t) => {
    await openBackend('wasm')
    await t.throwsAsync(() => openLayers(parseTopology(json), sides), {
      name: 'InvalidInputError',
      message: /^model\.topology: cannot be trained on the backend wasm: Kernel .* not registered/
    })
  })
}

for (const backend of ['wasm', 'cpu'] as const) {
  test.serial(`should be the built-in mlp where it has its layers, on ${backend}`, async (t) => {
    await openBackend(backend)
    const sides = rowSides([1, 1, 6], 3)
    const model = createModel({ name: 'mlp', hidden: [8] }, sides)
    const json = sequence([6], layer('Dense', { units: 8, activation: 'relu' }), end())
    const { layout, form } = await openLayers(parseTopology(json), sides)
    const replica = model.initial(seeded(1))
    const batch = batchOf(sides)
    const found = await gradientOf(layout, form, replica, batch)
    const expected = await gradientOf(model.layout, createForm(model), replica, batch)
    t.is(layout.length, model.layout.length)
    t.true(Math.abs(found.loss - expected.loss) < 1e-6)
    t.true(difference(found.gradient, expected.gradient) < 1e-6)
  })
}

test.serial('should give the same for a softmax at the end, a layer of it, or none', async (t) => {
  await openBackend('cpu')
  const first = () => layer('Dense', { units: 4, activation: 'tanh' })
  const ends = [
    [layer('Dense', { units: 3, activation: 'softmax' })],
    [layer('Dense', { units: 3 }), layer('Softmax', { axis: -1 })],
    [layer('Dense', { units: 3 }), layer('Activation', { activation: 'softmax' })],
    [layer('Dense', { units: 3, activation: 'linear' })]
  ]
  const losses = []
  for (const last of ends) {
    const json = sequence([6], first(), ...last)
    const { layout, form } = await openLayers(parseTopology(json), FLAT)
    const replica = uniform(seeded(5), layout.length)
    losses.push((await gradientOf(layout, form, replica, batchOf(FLAT))).loss)
  }
  t.deepEqual(new Set(losses).size, 1)
})

test.serial('should open one topology as often as asked, and leave nothing behind', async (t) => {
  await openBackend('wasm')
  const json = sequence(
    [8, 8, 2],
    layer('Conv2D', { filters: 4, kernel_size: 3, activation: 'relu' }),
    flatten(),
    end()
  )
  const before = tf.memory()
  const hashes = []
  for (let i = 0; i < 3; i++) {
    const { layout, form, initial: replica } = await opened(json, IMAGE)
    t.is(tf.memory().numBytes, before.numBytes)
    const engine = createTensorEngine({ layout, places: 1, form })
    const descender = engine.descender({ name: 'sgd', momentum: 0.9 }, 1)
    const steps = Array.from({ length: 20 }, () => ({ batch: batchOf(IMAGE), rate: 0.1 }))
    const first = await descender.descend(replica, steps, null)
    const later = await descender.descend(replica, steps, null)
    t.true(later.loss < first.loss)
    engine.dispose()
    t.is(tf.memory().numTensors, before.numTensors)
    hashes.push(layout.hash)
  }
  t.is(new Set(hashes).size, 1)
})

test.serial('should name tensors', async (t) => {
  await openBackend('cpu')
  const json = graph(
    [6],
    ['first', 'Dense', { units: 4 }, 'input'],
    ['norm', 'LayerNormalization', { axis: -1 }, 'first'],
    ['end', 'Dense', { units: 3, use_bias: false }, 'norm']
  )
  const { layout } = await openLayers(parseTopology(json), FLAT)
  t.deepEqual(
    layout.tensors.map(({ name, shape }) => `${name} ${shape.join('x')}`),
    ['first/kernel 6x4', 'first/bias 4', 'norm/gamma 4', 'norm/beta 4', 'end/kernel 4x3']
  )
})

test.serial(
  'should refuse what does not fit into memory before it computes anything',
  async (t) => {
    await openBackend('cpu')
    const json = graph(
      [6],
      ['first', 'Dense', { units: 4 }, 'input'],
      ['norm', 'LayerNormalization', { axis: -1 }, 'first'],
      ['end', 'Dense', { units: 3, use_bias: false }, 'norm']
    )
    const parameters = 24 + 4 + 4 + 4 + 12
    const given = 6 + 4 + 4 + 3
    const examples = 100
    // Five vectors of parameters and what the layers give, of four bytes each, and gradients of it all.
    const bytes = 2 * 4 * (5 * parameters + examples * given)
    const { layout } = await openLayers(parseTopology(json), FLAT, { examples, bytes })
    t.is(layout.length, parameters)
    const { numTensors } = tf.memory()
    const room = { examples, bytes: bytes - 1 }
    await t.throwsAsync(() => openLayers(parseTopology(json), FLAT, room), {
      name: 'InvalidInputError',
      message: /^training\.batch: takes about .* GiB are free/
    })
    t.is(tf.memory().numTensors, numTensors)
  }
)

const misfit = (json: unknown, sides: ModelSides, message: RegExp) =>
  test.serial(`should refuse what does not fit: ${message.source}`, async (t) => {
    await openBackend('cpu')
    const { numTensors } = tf.memory()
    await t.throwsAsync(() => openLayers(parseTopology(json), sides), {
      name: 'InvalidInputError',
      message
    })
    // What tf.layers builds up to its own error, nobody can name any more.
    if (!message.source.includes('cannot build')) t.is(tf.memory().numTensors, numTensors)
  })

misfit(sequence([7], end()), FLAT, /takes examples of \[7\], the data has 6 numbers/)
misfit(sequence([6], end(4)), FLAT, /gives \[4\], the data has labels for \[3\]/)
misfit(sequence([6], end()), TEXT, /gives \[3\], the data has labels for \[4, 5\]/)
misfit(
  sequence([6], layer('Activation', { activation: 'linear' })),
  rowSides([1, 1, 6], 6),
  /has no parameters/
)
misfit(
  sequence([6], layer('Conv2D', { filters: 1, kernel_size: 2 }), end()),
  FLAT,
  /cannot build it/
)
misfit(
  sequence([6], layer('Dense', { units: 60_000 }), layer('Dense', { units: 60_000 }), end()),
  FLAT,
  /cannot build it: it has too many parameters/
)
misfit(
  sequence([6], layer('Dense', { units: 3, activation: 'tanh' })),
  FLAT,
  /ends in the activation tanh/
)
misfit(sequence([6], layer('Dense', { units: 3 }), layer('ReLU')), FLAT, /ends in ReLU/)
misfit(
  sequence([4, 3], layer('SimpleRNN', { ...RECURRENT, units: 3 })),
  SERIES,
  /ends in SimpleRNN/
)
misfit(
  graph(
    [6],
    ['a', 'Dense', { units: 3, activation: 'softmax' }, 'input'],
    ['b', 'Dense', { units: 3 }, 'a']
  ),
  { ...FLAT, classes: 4 },
  /gives \[3\]/
)
