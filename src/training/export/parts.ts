import type { Layout } from '../../vector/layout.ts'
import type { Vector } from '../../vector/vector.ts'
import type { Graph, LayerTensor, Result } from './graph.ts'

/** A tensor of the replica by its name in the layout, as the tensor `as` of a layer. */
export type Parameter = (name: string, as: string) => LayerTensor

/** @throws RangeError for a name that the layout does not have. */
export const parametersOf =
  (layout: Layout, replica: Vector): Parameter =>
  (name, as) => {
    const slot = layout.tensors.find((tensor) => tensor.name === name)
    if (slot === undefined) throw new RangeError(`the layout has no tensor ${name}`)
    const { shape, offset, size } = slot
    return { name: as, shape, data: replica.subarray(offset, offset + size) }
  }

/** Layers' names have no slashes, which part a tensor's name from its layer's. */
export const layerName = (name: string): string => name.replaceAll('/', '_')

export interface DenseInit {
  readonly activation?: string
  /** The layout's names. */
  readonly kernel: LayerTensor
  readonly bias?: LayerTensor | undefined
}

/** x W + b on the last axis. */
export const addDense = (
  graph: Graph,
  name: string,
  from: Result,
  { activation = 'linear', kernel, bias }: DenseInit
): Result =>
  graph.add({
    kind: 'Dense',
    name,
    config: { units: kernel.shape[1], activation, use_bias: bias !== undefined },
    from: [from],
    tensors: [kernel, ...(bias === undefined ? [] : [bias])]
  })

/** dense0, dense1, ... with ReLU between them, as many as the layout has. */
export const addDenseLayers = (
  graph: Graph,
  from: Result,
  layers: number,
  parameter: Parameter
): Result => {
  let at = from
  for (let layer = 0; layer < layers; layer++) {
    const name = `dense${layer}`
    at = addDense(graph, name, at, {
      activation: layer < layers - 1 ? 'relu' : 'linear',
      kernel: parameter(`${name}/kernel`, 'kernel'),
      bias: parameter(`${name}/bias`, 'bias')
    })
  }
  return at
}

interface ChannelScale {
  /** A factor for each channel, and what is added to it. // [channels] */
  readonly gain: Vector
  readonly bias: Vector
  readonly trainable?: boolean
}

/** gain x + bias, channel by channel: a depthwise convolution of one pixel. // [height, width, channels] */
export const addChannelScale = (
  graph: Graph,
  name: string,
  from: Result,
  { gain, bias, trainable = true }: ChannelScale
): Result =>
  graph.add({
    kind: 'DepthwiseConv2D',
    name,
    config: {
      kernel_size: [1, 1],
      strides: [1, 1],
      padding: 'valid',
      depth_multiplier: 1,
      activation: 'linear',
      use_bias: true
    },
    from: [from],
    tensors: [
      { name: 'depthwise_kernel', shape: [1, 1, gain.length, 1], data: gain },
      { name: 'bias', shape: [bias.length], data: bias }
    ],
    trainable
  })
