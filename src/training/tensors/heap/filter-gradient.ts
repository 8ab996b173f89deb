import * as tf from '@tensorflow/tfjs-core'
import type { Heap } from './heap.ts'
import { convInfo, inputFrame, openFrame, sightOf, tileOf } from './window.ts'

const FLOAT = 4

/** d filter // x [examples, height, width, in], dy [examples, rows, columns, out] */
export const heapConv2DBackpropFilter =
  (heap: Heap) =>
  (other: tf.KernelFunc): tf.KernelFunc =>
  (call) => {
    const { x, dy } = call.inputs
    const { filterShape } = call.attrs as unknown as tf.Conv2DBackpropFilterAttrs
    const info = convInfo(x!.shape, filterShape, call.attrs)
    if (info === null) return other(call)
    const { outHeight: rows, outWidth: columns, outChannels: channels } = info
    const out = heap.make(filterShape)
    heap.kernels.clear(tf.util.sizeFromShape(filterShape), heap.at(out))
    const frame = inputFrame(heap, info)
    const sides = { height: rows, width: columns, channels, top: 0, left: 0, rows, columns }
    const slopes = openFrame(heap, 'dy', sides)
    const sight = sightOf(info, frame.down)
    const tile = tileOf(heap)
    const image = FLOAT * info.inHeight * info.inWidth * info.inChannels
    const slope = FLOAT * rows * slopes.down
    for (let i = 0; i < info.batchSize; i++) {
      frame.fill(heap.at(x!) + i * image)
      slopes.fill(heap.at(dy!) + i * slope)
      const of = [slopes.at, slopes.down, channels, heap.at(out)] as const
      heap.conv.filterGradient(rows, columns, frame.at, ...sight, ...of, tile)
    }
    return out
  }
