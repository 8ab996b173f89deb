import { seeded } from '../../../../../src/random.ts'
import type { Batch } from '../../../../../src/training/batch.ts'
import { type ModelSides, rowSides, textSides } from '../../../../../src/training/models/model.ts'
import { uniform } from '../../helpers.ts'
import { graph, layer, sequence } from './topologies.ts'

export const EXAMPLES = 3

export const batchOf = ({ features, places, classes }: ModelSides, text = false): Batch => {
  const random = seeded(3)
  const draw = (length: number) =>
    Uint8Array.from({ length: EXAMPLES * length }, () => random.integer(classes))
  return {
    x: text ? draw(features) : uniform(random, EXAMPLES * features),
    labels: draw(places)
  }
}

export const IMAGE = rowSides([8, 8, 2], 3)
export const FLAT = rowSides([1, 1, 6], 3)
export const SERIES = rowSides([1, 4, 3], 3)
export const TEXT = textSides(4, 5)
export const end = (units = 3, activation = 'softmax') => layer('Dense', { units, activation })
export const RECURRENT = {
  units: 3,
  recurrent_initializer: { class_name: 'Orthogonal', config: {} }
}
export const flatten = () => layer('Flatten')

/** A topology with one kind of layer, and the data that it fits. */
export interface Kind {
  readonly title: string
  readonly json: unknown
  readonly sides: ModelSides
  readonly text?: boolean
}

/** What gives one number for each channel or unit needs no flattening. */
const flattened = (class_name: string, settings: object) =>
  /^Global|^(GRU|LSTM|Bidirectional)$/.test(class_name) && !('return_sequences' in settings)
    ? []
    : [flatten()]

const behindImage = (class_name: string, settings: object = {}): Kind => ({
  title: class_name,
  json: sequence(
    [8, 8, 2],
    layer('Conv2D', { filters: 4, kernel_size: [3, 3], strides: [1, 1], activation: 'tanh' }),
    layer(class_name, { ...settings }),
    ...flattened(class_name, settings),
    end()
  ),
  sides: IMAGE
})

const inSeries = (class_name: string, settings: object = {}): Kind => ({
  title: class_name,
  json: sequence(
    [4, 3],
    layer(class_name, { ...settings }),
    ...flattened(class_name, settings),
    end()
  ),
  sides: SERIES
})

const afterDense = (class_name: string, settings: object = {}): Kind => ({
  title: `${class_name} ${JSON.stringify(settings)}`,
  json: sequence([6], layer('Dense', { units: 5 }), layer(class_name, { ...settings }), end()),
  sides: FLAT
})

const merging = (class_name: string, settings: object = {}): Kind => ({
  title: class_name,
  json: graph(
    [6],
    ['left', 'Dense', { units: 4 }, 'input'],
    ['right', 'Dense', { units: 4, activation: 'relu' }, 'input'],
    ['merged', class_name, { ...settings }, 'left', 'right'],
    ['end', 'Dense', { units: 3, activation: 'softmax' }, 'merged']
  ),
  sides: FLAT
})

/** What tfjs differentiates on every backend. */
export const EVERYWHERE: readonly Kind[] = [
  ...['relu', 'relu6', 'elu', 'selu', 'gelu', 'mish', 'swish', 'tanh', 'sigmoid']
    .concat('hard_sigmoid', 'softplus', 'softsign', 'softmax', 'linear')
    .map((activation) => afterDense('Activation', { activation })),
  afterDense('ReLU'),
  afterDense('ReLU', { max_value: 0.2 }),
  afterDense('LeakyReLU', { alpha: 0.1 }),
  afterDense('ELU'),
  afterDense('PReLU', { alpha_initializer: { class_name: 'Constant', config: { value: 0.25 } } }),
  afterDense('Softmax', { axis: -1 }),
  afterDense('LayerNormalization', { axis: -1, epsilon: 1e-5 }),
  afterDense('Reshape', { target_shape: [5] }),
  behindImage('LayerNormalization', { axis: [3] }),
  behindImage('Conv2D', {
    filters: 3,
    kernel_size: 3,
    strides: 2,
    padding: 'same',
    activation: 'relu'
  }),
  behindImage('Conv2DTranspose', { filters: 2, kernel_size: [2, 2], strides: [1, 1] }),
  behindImage('MaxPooling2D', { pool_size: [2, 2] }),
  behindImage('AveragePooling2D', { pool_size: [2, 2], strides: [2, 2], padding: 'valid' }),
  behindImage('GlobalMaxPooling2D'),
  behindImage('GlobalAveragePooling2D', { data_format: 'channels_last' }),
  behindImage('ZeroPadding2D', {
    padding: [
      [1, 0],
      [2, 1]
    ]
  }),
  behindImage('Cropping2D', {
    cropping: [
      [1, 0],
      [2, 1]
    ]
  }),
  behindImage('Permute', { dims: [2, 1, 3] }),
  inSeries('Conv1D', { filters: 2, kernel_size: [2], strides: [1], dilation_rate: [1] }),
  inSeries('MaxPooling1D', { pool_size: [2] }),
  inSeries('AveragePooling1D', { pool_size: [2], strides: [2] }),
  inSeries('GlobalMaxPooling1D'),
  inSeries('GlobalAveragePooling1D'),
  inSeries('SimpleRNN', { ...RECURRENT, return_sequences: true }),
  inSeries('GRU', { ...RECURRENT, recurrent_activation: 'hard_sigmoid' }),
  inSeries('LSTM', { ...RECURRENT, unit_forget_bias: true, go_backwards: true }),
  inSeries('Bidirectional', { layer: layer('LSTM', RECURRENT), merge_mode: 'concat' }),
  inSeries('TimeDistributed', { layer: layer('Dense', { units: 2, activation: 'tanh' }) }),
  {
    title: 'RepeatVector',
    json: sequence(
      [6],
      layer('Dense', { units: 4 }),
      layer('RepeatVector', { n: 2 }),
      flatten(),
      end()
    ),
    sides: FLAT
  },
  merging('Add'),
  merging('Multiply'),
  merging('Average'),
  merging('Maximum'),
  merging('Minimum'),
  merging('Concatenate', { axis: -1 }),
  merging('Dot', { axes: -1 }),
  {
    title: 'a shared layer',
    json: graph(
      [6],
      ['once', 'Dense', { units: 6 }, 'input'],
      ['end', 'Dense', { units: 3 }, 'once']
    ),
    sides: FLAT
  },
  {
    title: 'Embedding',
    json: sequence(
      [4],
      layer('Embedding', { input_dim: 5, output_dim: 3 }),
      layer('SimpleRNN', { ...RECURRENT, return_sequences: true }),
      layer('TimeDistributed', { layer: end(5) })
    ),
    sides: TEXT,
    text: true
  }
]

/** tfjs-backend-wasm has no kernel for their gradients. */
export const ON_CPU_ONLY: readonly Kind[] = [
  behindImage('DepthwiseConv2D', { kernel_size: [2, 2], depth_multiplier: 2 }),
  behindImage('SeparableConv2D', { filters: 3, kernel_size: [2, 2] })
]
