import { layers, sequential } from '@tensorflow/tfjs-layers'
import test from 'ava'
import type { InvalidInputError } from '../../../../../src/errors.ts'
import { openBackend } from '../../../../../src/training/tensors/backend.ts'
import { parseTopology } from '../../../../../src/training/tensors/layers/topology.ts'
import { graph, layer, sequence } from './topologies.ts'

const dense = () => layer('Dense', { units: 3 })

test('should read what tf.layers writes, whatever it is wrapped in', async (t) => {
  await openBackend('cpu')
  const model = sequential()
  const recurrentInitializer = 'glorotNormal'
  model.add(
    layers.conv2d({ inputShape: [8, 8, 1], filters: 2, kernelSize: 3, activation: 'hardSigmoid' })
  )
  model.add(layers.maxPooling2d({ poolSize: 2 }))
  model.add(layers.reshape({ targetShape: [9, 2] }))
  model.add(layers.lstm({ units: 3, returnSequences: true, recurrentInitializer }))
  model.add(layers.layerNormalization())
  const gru = layers.gru({ units: 2, recurrentInitializer })
  model.add(layers.bidirectional({ layer: gru, mergeMode: 'concat' }))
  model.add(layers.reLU({ maxValue: 6 }))
  model.add(layers.dense({ units: 3, activation: 'softmax' }))
  const written = model.toJSON(null, false) as unknown
  const topology = parseTopology(written)
  t.deepEqual(
    topology.config.layers.map(({ class_name }) => class_name),
    [
      'Conv2D',
      'MaxPooling2D',
      'Reshape',
      'LSTM',
      'LayerNormalization',
      'Bidirectional',
      'ReLU',
      'Dense'
    ]
  )
  const text = JSON.parse(model.toJSON() as string)
  const keras = { keras_version: '2.1.6', backend: 'tensorflow', model_config: text }
  for (const document of [
    text,
    { modelTopology: text, format: 'layers-model', weightsManifest: [] },
    { modelTopology: keras, weightsManifest: [] }
  ]) {
    t.deepEqual(parseTopology(document).config, topology.config)
  }
})

test('should read sequences of early versions of Keras', (t) => {
  const { config } = sequence([6], dense())
  const old = parseTopology({ class_name: 'Sequential', config: config.layers })
  t.is(old.config.layers[0]!.class_name, 'Dense')
})

test('should call the graphs of Keras by one name', (t) => {
  const json = graph([6], ['a', 'Dense', { units: 3 }, 'input'])
  t.deepEqual(parseTopology({ ...json, class_name: 'Functional' }), parseTopology(json))
})

const LAYER = 'model.topology.config.layers[0]'

const nested = (depth: number): unknown => (depth === 0 ? {} : { inside: nested(depth - 1) })

/** Deeper than a recursion could follow. */
const abyss = (): unknown => {
  let inside: unknown = {}
  for (let i = 0; i < 100_000; i++) inside = { inside }
  return inside
}

for (const [what, document, path, rule] of [
  ['nothing', null, 'model.topology', /./],
  ['a number', 7, 'model.topology', /./],
  ['no class', {}, 'model.topology.class_name', /./],
  [
    'no layers',
    { class_name: 'Sequential', config: { layers: [] } },
    'model.topology.config.layers',
    /at least 1/
  ],
  ['depth', nested(40), 'model.topology', /nested more than 24 deep/],
  ['an abyss', abyss(), 'model.topology', /nested more than 24 deep/],
  [
    'bulk',
    { class_name: new Array(200_000).fill(0) },
    'model.topology',
    /more than 100,000 values/
  ],
  ['an unknown layer', sequence([6], layer('Dens', { units: 3 })), `${LAYER}.class_name`, /./],
  [
    'an unknown setting',
    sequence([6], layer('Dense', { units: 3, groups: 2 })),
    `${LAYER}.config.groups`,
    /unknown key/
  ],
  [
    'too many units',
    sequence([6], layer('Dense', { units: 1e9 })),
    `${LAYER}.config.units`,
    /at most 65536/
  ],
  [
    'a fraction of a unit',
    sequence([6], layer('Dense', { units: 1.5 })),
    `${LAYER}.config.units`,
    /./
  ],
  [
    'an unknown activation',
    sequence([6], layer('Dense', { units: 3, activation: 'cube' })),
    `${LAYER}.config.activation`,
    /./
  ],
  [
    'a regulariser',
    sequence(
      [6],
      layer('Dense', { units: 3, kernel_regularizer: { class_name: 'L1L2', config: {} } })
    ),
    `${LAYER}.config.kernel_regularizer`,
    /./
  ],
  [
    'a frozen layer',
    sequence([6], layer('Dense', { units: 3, trainable: false })),
    `${LAYER}.config.trainable`,
    /./
  ],
  [
    'a dropout',
    sequence([4, 3], layer('LSTM', { units: 3, dropout: 0.5 })),
    `${LAYER}.config.dropout`,
    /./
  ],
  [
    'memory between batches',
    sequence([4, 3], layer('GRU', { units: 3, stateful: true })),
    `${LAYER}.config.stateful`,
    /./
  ],
  [
    'channels first',
    sequence(
      [1, 8, 8],
      layer('Conv2D', { filters: 1, kernel_size: 3, data_format: 'channels_first' })
    ),
    `${LAYER}.config.data_format`,
    /./
  ],
  [
    'a hostile name',
    sequence([6], layer('Dense', { units: 3, name: '__proto__/x' })),
    `${LAYER}.config.name`,
    /letters, digits/
  ],
  ['Dropout', sequence([6], layer('Dropout', { rate: 0.5 })), LAYER, /Dropout draws at random/],
  ['BatchNormalization', sequence([6], layer('BatchNormalization')), LAYER, /keeps averages/],
  ['Lambda', sequence([6], layer('Lambda', { function: 'x' })), LAYER, /is code/],
  [
    'a model inside',
    sequence([6], layer('Sequential', { layers: [] })),
    LAYER,
    /a model inside a model/
  ],
  [
    'resizing',
    sequence([6], layer('UpSampling2D', { size: [2, 2] })),
    LAYER,
    /gradients in tfjs that are wrong/
  ],
  [
    'an unknown initialiser',
    sequence(
      [6],
      layer('Dense', { units: 3, kernel_initializer: { class_name: 'Mine', config: {} } })
    ),
    `${LAYER}.config.kernel_initializer.class_name`,
    /./
  ],
  [
    'two outputs',
    (() => {
      const json = graph([6], ['a', 'Dense', { units: 3 }, 'input'])
      return {
        ...json,
        config: {
          ...json.config,
          output_layers: [
            ['a', 0, 0],
            ['a', 0, 0]
          ]
        }
      }
    })(),
    'model.topology.config.output_layers',
    /at most 1/
  ]
] as const) {
  test(`should refuse ${what}`, (t) => {
    const error = t.throws(() => parseTopology(document), { name: 'InvalidInputError' })
    const [problem] = (error as InvalidInputError).problems
    t.is(problem!.path, path)
    t.regex(problem!.rule, rule)
    t.not(problem!.remedy, '')
  })
}

test('should refuse two layers of one name', (t) => {
  const json = sequence(
    [6],
    layer('Dense', { units: 3, name: 'a' }),
    layer('Dense', { units: 3, name: 'a' })
  )
  const error = t.throws(() => parseTopology(json), { name: 'InvalidInputError' })
  t.is(
    (error as InvalidInputError).problems[0]!.path,
    'model.topology.config.layers[1].config.name'
  )
})

/** A graph of the input and of dense layers that read as given. */
const reading = (origins: Readonly<Record<string, readonly [string, number]>>) => {
  const json = graph(
    [6],
    ...Object.keys(origins).map((name) => [name, 'Dense', { units: 6 }] as const)
  )
  const [input, ...others] = json.config.layers
  const layers = others.map((one, i) => {
    const [origin, call] = Object.values(origins)[i]!
    return { ...one, inbound_nodes: [[[origin, call, 0, {}]]] }
  })
  return { ...json, config: { ...json.config, layers: [input!, ...layers] } }
}

for (const [what, document, stuck] of [
  ['a circle', reading({ a: ['b', 0], b: ['a', 0] }), [1, 2]],
  ['a layer that reads itself', reading({ a: ['a', 0] }), [1]],
  ['a layer that reads none', reading({ a: ['nobody', 0], b: ['input', 0] }), [1]],
  ['a call that nobody makes', reading({ a: ['input', 1] }), [1]],
  ['whatever waits for these', reading({ a: ['a', 0], b: ['a', 0], c: ['input', 0] }), [1, 2]]
] as const) {
  test(`should refuse ${what}, which tf.layers would wait for without end`, (t) => {
    const error = t.throws(() => parseTopology(document), { name: 'InvalidInputError' })
    t.deepEqual(
      (error as InvalidInputError).problems.map(({ path }) => path),
      stuck.map((i) => `model.topology.config.layers[${i}].inbound_nodes`)
    )
  })
}

test('should read a graph whose layers are in any order', (t) => {
  t.notThrows(() => parseTopology(reading({ c: ['b', 0], b: ['a', 0], a: ['input', 0] })))
})

test('should refuse a layer of a graph with two names', (t) => {
  const json = reading({ a: ['input', 0] })
  const [input, first] = json.config.layers
  const layers = [input!, { ...first!, name: 'b' }]
  const error = t.throws(() => parseTopology({ ...json, config: { ...json.config, layers } }))
  t.is((error as InvalidInputError).problems[0]!.path, 'model.topology.config.layers[1].name')
})

test('should refuse a batch of fixed size', (t) => {
  const json = sequence([6], dense())
  const [first] = json.config.layers
  const fixed = { ...first!, config: { ...first!.config, batch_input_shape: [32, 6] } }
  const document = { ...json, config: { ...json.config, layers: [fixed] } }
  t.throws(() => parseTopology(document), {
    name: 'InvalidInputError',
    message: /batch_input_shape/
  })
})

test('should say every problem by its path below the given one', (t) => {
  const json = sequence([6], layer('Dense', { units: 0 }), layer('Dense', { units: -1 }))
  const error = t.throws(() => parseTopology({ modelTopology: json }, ['peer', 'model']))
  t.deepEqual(
    (error as InvalidInputError).problems.map(({ path }) => path),
    [0, 1].map((i) => `peer.model.modelTopology.config.layers[${i}].config.units`)
  )
})
