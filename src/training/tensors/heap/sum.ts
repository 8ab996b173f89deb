import * as tf from '@tensorflow/tfjs-core'
import type { Heap } from './heap.ts'

/** Over the first axes of floats: what a bias's gradient is. Shipped: a transposition before every sum. */
export const heapSum =
  (heap: Heap) =>
  (shipped: tf.KernelFunc): tf.KernelFunc =>
  (call) => {
    const x = call.inputs['x']!
    const { axis, keepDims } = call.attrs as unknown as tf.SumAttrs
    const axes = tf.util.parseAxisParam(axis, x.shape).sort((a, b) => a - b)
    const leading = axes.length < x.shape.length && axes.every((side, i) => side === i)
    const size = tf.util.sizeFromShape(x.shape)
    if (!leading || axes.length === 0 || x.dtype !== 'float32' || size === 0) return shipped(call)
    const kept = x.shape.slice(axes.length)
    const width = tf.util.sizeFromShape(kept)
    const out = heap.make(keepDims ? [...axes.map(() => 1), ...kept] : kept)
    heap.kernels.sumRows(size / width, width, heap.at(x), heap.at(out))
    return out
  }
