import type { Vector } from '../../vector/vector.ts'
import type { Model } from '../models/model.ts'
import { RESIDUAL_BLOCKS, type ResidualBlock, residualWindow } from '../models/resnet20-layout.ts'
import { placesAlong } from '../models/window.ts'
import type { Graph, Result } from './graph.ts'
import { addChannelScale, addDense, layerName, type Parameter, parametersOf } from './parts.ts'
import { beginWithRows, type Preparation } from './prepare.ts'
import type { Written } from './written.ts'

/** That of our normalisation (tensors/forms/normalise.ts). */
const EPSILON = 1e-5
const RELU = { activation: 'relu' }

/** A result with its shape. // [height, width, channels] */
interface Image {
  readonly result: Result
  readonly sides: readonly [number, number]
  readonly channels: number
}

interface Builder {
  readonly graph: Graph
  readonly parameter: Parameter
  readonly groups: number
}

/** 3 x 3 with zeros around the image. At a stride of 2, `same` would leave out those above and left. */
const convolve = (
  { graph, parameter }: Builder,
  name: string,
  from: Image,
  stride: number
): Image => {
  const { side } = residualWindow(stride)
  const kernel = parameter(`${name}/kernel`, 'kernel')
  const own = layerName(name)
  const framed =
    stride === 1
      ? from.result
      : graph.add({
          kind: 'ZeroPadding2D',
          name: `${own}_frame`,
          config: {
            padding: [
              [1, 1],
              [1, 1]
            ]
          },
          from: [from.result]
        })
  const channels = kernel.shape.at(-1)!
  const result = graph.add({
    kind: 'Conv2D',
    name: own,
    config: {
      filters: channels,
      kernel_size: [side, side],
      strides: [stride, stride],
      padding: stride === 1 ? 'same' : 'valid',
      activation: 'linear',
      use_bias: false
    },
    from: [framed],
    tensors: [kernel]
  })
  const [height, width] = from.sides
  const along = (length: number): number => placesAlong(length, residualWindow(stride))
  return { result, sides: [along(height), along(width)], channels }
}

/**
 * Group normalisation of layers that tf.layers has: the groups as an axis of their own, layer
 * normalisation over all places and the channels of each, then gain and bias by channel.
 */
const normalise = ({ graph, parameter, groups }: Builder, name: string, from: Image): Image => {
  const {
    sides: [height, width],
    channels
  } = from
  const own = layerName(name)
  const reshape = (suffix: string, shape: readonly number[], at: Result): Result =>
    graph.add({
      kind: 'Reshape',
      name: `${own}_${suffix}`,
      config: { target_shape: shape },
      from: [at]
    })
  const apart = reshape('groups', [height * width, groups, channels / groups], from.result)
  const normal = graph.add({
    kind: 'LayerNormalization',
    name: own,
    config: { axis: [1, 3], epsilon: EPSILON, center: false, scale: false },
    from: [apart]
  })
  const result = addChannelScale(
    graph,
    `${own}_scale`,
    reshape('image', [height, width, channels], normal),
    {
      gain: parameter(`${name}/gain`, 'gain').data,
      bias: parameter(`${name}/bias`, 'bias').data
    }
  )
  return { ...from, result }
}

const rectify = ({ graph }: Builder, name: string, from: Image): Image => ({
  ...from,
  result: graph.add({
    kind: 'Activation',
    name: `${layerName(name)}_relu`,
    config: RELU,
    from: [from.result]
  })
})

/** Every other pixel, with channels of zeros behind its own: a convolution of one pixel with ones and zeros. */
const shortcut = ({ graph }: Builder, from: Image, block: ResidualBlock): Result => {
  const { name, maps, channels, stride } = block
  if (stride === 1) return from.result
  const kernel = new Float32Array(maps * channels)
  for (let map = 0; map < maps; map++) kernel[map * channels + map] = 1
  return graph.add({
    kind: 'Conv2D',
    name: `${layerName(name)}_shortcut`,
    config: {
      filters: channels,
      kernel_size: [1, 1],
      strides: [stride, stride],
      padding: 'valid',
      activation: 'linear',
      use_bias: false
    },
    from: [from.result],
    tensors: [{ name: 'kernel', shape: [1, 1, maps, channels], data: kernel }],
    trainable: false
  })
}

const residual = (builder: Builder, from: Image, block: ResidualBlock): Image => {
  const { name, stride } = block
  const part = (at: Image, i: number, stride: number): Image =>
    normalise(builder, `${name}/norm${i}`, convolve(builder, `${name}/conv${i}`, at, stride))
  const first = rectify(builder, `${name}/norm0`, part(from, 0, stride))
  const second = part(first, 1, 1)
  const sum = builder.graph.add({
    kind: 'Add',
    name: `${layerName(name)}_add`,
    from: [second.result, shortcut(builder, from, block)]
  })
  return rectify(builder, name, { ...second, result: sum })
}

/** The residual network (tensors/forms/resnet20.ts) of layers that tf.layers has. */
export const resnet20Graph = (
  model: Model,
  groups: number,
  replica: Vector,
  preparation: Preparation
): Written => {
  const { graph, rows } = beginWithRows(model, preparation)
  const parameter = parametersOf(model.layout, replica)
  const builder = { graph, parameter, groups }
  const [height, width, channels] = model.shape
  const begun = convolve(builder, 'conv', { result: rows, sides: [height, width], channels }, 1)
  let image = rectify(builder, 'norm', normalise(builder, 'norm', begun))
  for (const block of RESIDUAL_BLOCKS) image = residual(builder, image, block)
  const pooled = graph.add({
    kind: 'GlobalAveragePooling2D',
    name: 'mean',
    from: [image.result]
  })
  const output = addDense(graph, 'dense', pooled, {
    kernel: parameter('dense/kernel', 'kernel'),
    bias: parameter('dense/bias', 'bias')
  })
  return { graph, output }
}
