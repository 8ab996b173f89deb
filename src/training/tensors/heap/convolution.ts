import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import type { Heap } from './heap.ts'
import { type ConvInfo, convInfo, inputFrame, sightOf, tileOf } from './window.ts'

const FLOAT = 4
const LANES = 8

const convolve = (heap: Heap, x: TensorInfo, filter: TensorInfo, info: ConvInfo): TensorInfo => {
  const { outChannels: channels, outHeight: rows, outWidth: columns } = info
  const out = heap.make(info.outShape)
  const taps = info.filterHeight * info.filterWidth * info.inChannels
  const packed = heap.scratch('kernel', Math.ceil(channels / LANES) * LANES * taps)
  heap.conv.packKernel(taps, channels, heap.at(filter), packed)
  const frame = inputFrame(heap, info)
  const sight = sightOf(info, frame.down)
  const tile = tileOf(heap)
  const image = FLOAT * info.inHeight * info.inWidth * info.inChannels
  const result = FLOAT * rows * columns * channels
  for (let i = 0; i < info.batchSize; i++) {
    frame.fill(heap.at(x) + i * image)
    const to = heap.at(out) + i * result
    heap.conv.convolve(rows, columns, frame.at, ...sight, packed, channels, to, 0, tile)
  }
  return out
}

/** y = x * filter // x [examples, height, width, in], filter [rows, columns, in, out] */
export const heapConv2D =
  (heap: Heap) =>
  (shipped: KernelFunc): KernelFunc =>
  (call) => {
    const { x, filter } = call.inputs
    const info = convInfo(x!.shape, filter!.shape, call.attrs)
    return info === null ? shipped(call) : convolve(heap, x!, filter!, info)
  }

/** With a bias; with an activation the shipped kernel. tf.layers asks for it in training where there is none. */
export const heapFusedConv2D =
  (heap: Heap) =>
  (shipped: KernelFunc): KernelFunc =>
  (call) => {
    const { x, filter, bias } = call.inputs
    const { activation } = call.attrs as unknown as tf.FusedConv2DAttrs
    const simple = activation === 'linear' && (bias === undefined || bias.shape.length === 1)
    const info = simple ? convInfo(x!.shape, filter!.shape, call.attrs) : null
    if (info === null) return shipped(call)
    const out = convolve(heap, x!, filter!, info)
    const places = tf.util.sizeFromShape(out.shape) / info.outChannels
    if (bias !== undefined) {
      heap.kernels.addBias(places, info.outChannels, heap.at(bias), heap.at(out))
    }
    return out
  }
