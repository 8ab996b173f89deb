/**
 * The layers that a topology may have, with all their settings: what is not here is refused by name.
 * Left out are layers that draw at random while they train or keep averages (refused.ts), and those
 * that tfjs has no gradient for.
 */
import { z } from 'zod'
import { type Initialiser, initialiserSchema } from './initialiser-schema.ts'

const MAX_SIDE = 65_536
const MAX_SPAN = 1024
const MAX_RANK = 5

export const layerName = z
  .string()
  .regex(/^[\w.-]{1,100}$/, 'must be 1 to 100 letters, digits, underscores, dots or dashes')

const side = z.int().min(1).max(MAX_SIDE)
const span = z.int().min(1).max(MAX_SPAN)
/** Along one side, or two. */
const spans = z.union([span, z.array(span).min(1).max(2)])
const margin = z
  .array(z.tuple([z.int().min(0).max(MAX_SPAN), z.int().min(0).max(MAX_SPAN)]))
  .length(2)
const axis = z.int().min(-MAX_RANK).max(MAX_RANK)
const flag = z.boolean().nullish()
const padding = z.enum(['same', 'valid']).optional()
/** Not to be set: no loss but cross-entropy is descended, and nothing corrects the steps. */
const none = z.null().optional()
/** Not to be set: it would be drawn anew at every step. */
const zero = z.literal(0).nullish()
const off = z.literal(false).nullish()

const activation = z
  .enum([
    'linear',
    'softmax',
    'relu',
    'relu6',
    'elu',
    'selu',
    'gelu',
    'mish',
    'swish',
    'tanh',
    'sigmoid',
    'hard_sigmoid',
    'softplus',
    'softsign'
  ])
  .optional()

/** Settings of a tensor of parameters; `begins` is tfjs's own default. */
const parameter = (of: string, begins: Initialiser['class_name']): z.ZodRawShape => ({
  [`${of}_initializer`]: initialiserSchema.default(
    initialiserSchema.parse({ class_name: begins, config: {} })
  ),
  [`${of}_regularizer`]: none,
  [`${of}_constraint`]: none
})

const common = {
  name: layerName,
  trainable: z.literal(true).nullish(),
  dtype: z.enum(['float32', 'int32']).nullish(),
  /** Without the examples' side, which is the batch's to choose. */
  batch_input_shape: z.tuple([z.null()], side.nullable()).nullish(),
  activity_regularizer: none
}

/** Where a layer's inputs come from, in topologies that are no plain sequence. */
const origin = z.tuple([layerName, z.int().min(0), z.int().min(0), z.strictObject({})])
const place = {
  name: layerName.optional(),
  inbound_nodes: z.array(z.array(origin).max(64)).max(16).optional()
}

const layer = <N extends string>(name: N, settings: z.ZodRawShape = {}) =>
  z.strictObject({
    ...place,
    class_name: z.literal(name),
    config: z.strictObject({ ...common, ...settings })
  })

const units = { units: side, activation, use_bias: flag, ...parameter('bias', 'Zeros') }
const window = {
  padding,
  strides: spans.optional(),
  data_format: z.literal('channels_last').nullish()
}
const convolution = {
  ...window,
  kernel_size: spans,
  dilation_rate: z.union([z.literal(1), z.array(z.literal(1))]).nullish(),
  activation,
  use_bias: flag,
  ...parameter('bias', 'Zeros')
}
const filters = { filters: side, ...parameter('kernel', 'GlorotNormal') }
const pooling = { ...window, pool_size: spans }
/** At an edge that is padded, tfjs's cpu backend and TensorFlow have different gradients. */
const averaging = { ...pooling, padding: z.literal('valid').optional() }
const format = { data_format: z.literal('channels_last').nullish() }
const recurrent = {
  ...units,
  ...parameter('kernel', 'GlorotNormal'),
  ...parameter('recurrent', 'Orthogonal'),
  dropout: zero,
  recurrent_dropout: zero,
  return_sequences: flag,
  return_state: off,
  go_backwards: flag,
  stateful: off,
  unroll: flag
}
const gated = {
  ...recurrent,
  recurrent_activation: activation,
  implementation: z.literal([1, 2]).nullish()
}

const dense = layer('Dense', { ...units, ...parameter('kernel', 'GlorotNormal') })
const recurrentLayers = [
  layer('SimpleRNN', recurrent),
  layer('GRU', { ...gated, reset_after: off }),
  layer('LSTM', { ...gated, unit_forget_bias: flag })
] as const

export const layerSchema = z.discriminatedUnion('class_name', [
  layer('InputLayer', { sparse: off }),
  dense,
  layer('Activation', { activation: activation.unwrap() }),
  layer('ReLU', { max_value: z.number().positive().max(1e6).nullish() }),
  layer('LeakyReLU', { alpha: z.number().min(0).max(1).nullish() }),
  layer('ELU', { alpha: z.literal(1).nullish() }),
  layer('PReLU', {
    ...parameter('alpha', 'Zeros'),
    shared_axes: z.array(axis).max(MAX_RANK).nullish()
  }),
  layer('Softmax', { axis: axis.nullish() }),
  layer('Flatten', format),
  layer('Reshape', { target_shape: z.array(side).min(1).max(MAX_RANK) }),
  layer('Permute', { dims: z.array(span).min(1).max(MAX_RANK) }),
  layer('RepeatVector', { n: span }),
  layer('Conv1D', { ...convolution, ...filters }),
  layer('Conv2D', { ...convolution, ...filters }),
  layer('Conv2DTranspose', { ...convolution, ...filters }),
  layer('DepthwiseConv2D', {
    ...convolution,
    depth_multiplier: span.optional(),
    ...parameter('depthwise', 'GlorotNormal')
  }),
  layer('SeparableConv2D', {
    ...convolution,
    filters: side,
    depth_multiplier: span.nullish(),
    ...parameter('depthwise', 'GlorotUniform'),
    ...parameter('pointwise', 'GlorotUniform')
  }),
  layer('MaxPooling1D', pooling),
  layer('MaxPooling2D', pooling),
  layer('AveragePooling1D', averaging),
  layer('AveragePooling2D', averaging),
  layer('GlobalMaxPooling1D', format),
  layer('GlobalMaxPooling2D', format),
  layer('GlobalAveragePooling1D', format),
  layer('GlobalAveragePooling2D', format),
  layer('ZeroPadding2D', { ...format, padding: margin }),
  layer('Cropping2D', { ...format, cropping: margin }),
  layer('LayerNormalization', {
    axis: z.union([axis, z.array(axis).max(1)]).nullish(),
    epsilon: z.number().positive().max(1).nullish(),
    center: flag,
    scale: flag,
    ...parameter('beta', 'Zeros'),
    ...parameter('gamma', 'Ones')
  }),
  layer('Embedding', {
    input_dim: side,
    output_dim: side,
    mask_zero: off,
    input_length: z.union([side, z.array(side)]).nullish(),
    ...parameter('embeddings', 'RandomUniform')
  }),
  layer('Add'),
  layer('Multiply'),
  layer('Average'),
  layer('Maximum'),
  layer('Minimum'),
  layer('Concatenate', { axis: axis.nullish() }),
  layer('Dot', { axes: z.union([axis, z.array(axis).length(2)]), normalize: off }),
  ...recurrentLayers,
  layer('Bidirectional', {
    layer: z.discriminatedUnion('class_name', [...recurrentLayers]),
    merge_mode: z.enum(['concat', 'sum', 'mul', 'ave']).optional()
  }),
  layer('TimeDistributed', { layer: dense })
])

export type LayerSpec = {
  readonly class_name: z.output<typeof layerSchema>['class_name']
  readonly config: Readonly<Record<string, unknown>> & { readonly name: string }
  readonly name?: string | undefined
  readonly inbound_nodes?: z.output<typeof place.inbound_nodes>
}
