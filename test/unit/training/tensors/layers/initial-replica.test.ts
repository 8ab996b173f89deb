import test from 'ava'
import { seeded } from '../../../../../src/random.ts'
import { layersInitial } from '../../../../../src/training/tensors/layers/initial-replica.ts'
import { initialise } from '../../../../../src/training/tensors/layers/initialise.ts'
import {
  type Initialiser,
  initialiserSchema
} from '../../../../../src/training/tensors/layers/initialiser-schema.ts'
import { orthogonal } from '../../../../../src/training/tensors/layers/orthogonal.ts'
import { parseTopology } from '../../../../../src/training/tensors/layers/topology.ts'
import { layoutOf } from '../../../../../src/vector/layout.ts'
import { layer, sequence } from './topologies.ts'

const filled = (class_name: string, config: object, shape: readonly number[], seed = 1) => {
  const initialiser: Initialiser = initialiserSchema.parse({ class_name, config })
  const into = new Float32Array(shape.reduce((a, b) => a * b, 1))
  initialise(into, shape, initialiser, seeded(seed))
  return into
}

const moments = (values: Float32Array) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, deviation: Math.sqrt(variance), most: Math.max(...values.map(Math.abs)) }
}

/** [rows, columns, in, out]: 9 * 20 = 180 inputs, 9 * 30 = 270 outputs. */
const KERNEL = [3, 3, 20, 30]
const SCALING = { scale: 2, mode: 'fan_out' }

/** Deviation and bound that the definitions give. */
for (const [class_name, config, deviation, bound] of [
  ['RandomUniform', {}, 0.05 / Math.sqrt(3), 0.05],
  ['RandomUniform', { minval: -2, maxval: 2 }, 2 / Math.sqrt(3), 2],
  ['RandomNormal', { stddev: 0.2 }, 0.2, Number.POSITIVE_INFINITY],
  ['TruncatedNormal', { stddev: 0.2 }, 0.2 * 0.8796, 0.4],
  ['GlorotUniform', {}, Math.sqrt(2 / 450), Math.sqrt(6 / 450)],
  ['GlorotNormal', {}, Math.sqrt(2 / 450), (2 * Math.sqrt(2 / 450)) / 0.8796],
  ['HeUniform', {}, Math.sqrt(2 / 180), Math.sqrt(6 / 180)],
  ['HeNormal', {}, Math.sqrt(2 / 180), (2 * Math.sqrt(2 / 180)) / 0.8796],
  ['LeCunUniform', {}, Math.sqrt(1 / 180), Math.sqrt(3 / 180)],
  ['LeCunNormal', {}, Math.sqrt(1 / 180), (2 * Math.sqrt(1 / 180)) / 0.8796],
  [
    'VarianceScaling',
    { ...SCALING, distribution: 'uniform' },
    Math.sqrt(2 / 270),
    Math.sqrt(6 / 270)
  ],
  [
    'VarianceScaling',
    { ...SCALING, distribution: 'untruncated_normal' },
    Math.sqrt(2 / 270),
    Number.POSITIVE_INFINITY
  ]
] as const) {
  test(`should draw ${class_name} ${JSON.stringify(config)} as Keras defines it`, (t) => {
    const values = filled(class_name, config, KERNEL)
    const measured = moments(values)
    // four standard errors
    const error = 4 / Math.sqrt(2 * values.length)
    t.true(Math.abs(measured.deviation / deviation - 1) < error, `${measured.deviation}`)
    t.true(Math.abs(measured.mean) < (4 * deviation) / Math.sqrt(values.length))
    t.true(measured.most <= bound * 1.0001)
    t.true(bound === Number.POSITIVE_INFINITY || measured.most > 0.98 * bound)
    t.deepEqual(filled(class_name, config, KERNEL), values)
    t.notDeepEqual(filled(class_name, config, KERNEL, 2), values)
  })
}

test('should fill with constants and identities', (t) => {
  t.deepEqual([...filled('Zeros', {}, [3])], [0, 0, 0])
  t.deepEqual([...filled('Ones', {}, [3])], [1, 1, 1])
  t.deepEqual([...filled('Constant', { value: 0.5 }, [2])], [0.5, 0.5])
  t.deepEqual([...filled('Identity', { gain: 2 }, [2, 3])], [2, 0, 0, 0, 2, 0])
})

for (const [rows, columns] of [
  [5, 5],
  [9, 4],
  [4, 9],
  [1, 3]
] as const) {
  test(`should make rows or columns orthonormal: ${rows} x ${columns}`, (t) => {
    const q = orthogonal(rows, columns, seeded(1))
    const few = Math.min(rows, columns)
    const at = (i: number, along: number) =>
      rows < columns ? q[i * columns + along]! : q[along * columns + i]!
    for (let a = 0; a < few; a++) {
      for (let b = 0; b < few; b++) {
        let dot = 0
        for (let i = 0; i < Math.max(rows, columns); i++) dot += at(a, i) * at(b, i)
        t.true(Math.abs(dot - (a === b ? 1 : 0)) < 1e-12)
      }
    }
  })
}

const named = (class_name: string, name: string, settings: object) =>
  layer(class_name, { ...settings, name })

test('should begin every tensor as its layer says, from a stream of its own', (t) => {
  const ones = { class_name: 'Ones', config: {} }
  const constant = { class_name: 'Constant', config: { value: 3 } }
  const inner = { units: 2, kernel_initializer: ones, recurrent_initializer: constant }
  const topology = parseTopology(
    sequence(
      [4, 3],
      named('LSTM', 'lstm', { units: 2, unit_forget_bias: true, return_sequences: true }),
      named('Bidirectional', 'both', {
        layer: layer('SimpleRNN', inner),
        merge_mode: 'concat'
      }),
      named('SeparableConv2D', 'apart', {
        filters: 2,
        kernel_size: [2, 2],
        depthwise_initializer: ones,
        pointwise_initializer: constant
      }),
      named('Dense', 'end', { units: 2 })
    )
  )
  const layout = layoutOf([
    { name: 'lstm/kernel', shape: [3, 8] },
    { name: 'lstm/recurrent_kernel', shape: [2, 8] },
    { name: 'lstm/bias', shape: [8] },
    { name: 'both/forward_rnn/kernel', shape: [2, 2] },
    { name: 'both/backward_rnn/recurrent_kernel', shape: [2, 2] },
    { name: 'apart/depthwise_kernel', shape: [2, 2, 4, 1] },
    { name: 'apart/pointwise_kernel', shape: [1, 1, 4, 2] },
    { name: 'end/kernel', shape: [2, 2] }
  ])
  const replica = layersInitial(topology, layout, seeded(1))
  const part = (name: string, of = layout, from = replica) => {
    const { offset, size } = of.tensors.find((slot) => slot.name === name)!
    return [...from.subarray(offset, offset + size)]
  }
  t.deepEqual(part('lstm/bias'), [0, 0, 1, 1, 0, 0, 0, 0])
  t.deepEqual(new Set(part('both/forward_rnn/kernel')), new Set([1]))
  t.deepEqual(new Set(part('both/backward_rnn/recurrent_kernel')), new Set([3]))
  t.deepEqual(new Set(part('apart/depthwise_kernel')), new Set([1]))
  t.deepEqual(new Set(part('apart/pointwise_kernel')), new Set([3]))
  // The others do not move a tensor's own draw.
  const alone = layoutOf([{ name: 'end/kernel', shape: [2, 2] }])
  const drawn = part('end/kernel', alone, layersInitial(topology, alone, seeded(1)))
  t.deepEqual(part('end/kernel'), drawn)
  t.notDeepEqual(layersInitial(topology, layout, seeded(2)), replica)
})
