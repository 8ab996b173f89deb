import * as tf from '@tensorflow/tfjs-core'
import type { Heap } from './heap.ts'

const FLOAT = 4

const stridesOf = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => tf.util.sizeFromShape(shape.slice(axis + 1)))

/** Floats whose last axis stays the last: runs of numbers change places. Others are the shipped kernel's. */
export const heapTranspose =
  (heap: Heap) =>
  (shipped: tf.KernelFunc): tf.KernelFunc =>
  (call) => {
    const x = call.inputs['x']!
    const { perm } = call.attrs as unknown as tf.TransposeAttrs
    const rank = perm.length
    const runs = rank > 2 && perm[rank - 1] === rank - 1 && x.dtype === 'float32'
    if (!runs || x.shape.includes(0)) return shipped(call)
    const shape = perm.map((axis) => x.shape[axis]!)
    const strides = stridesOf(x.shape)
    /** Of x, along the axes of the result; and the result's own. */
    const from = perm.map((axis) => strides[axis]!)
    const to = stridesOf(shape)
    const out = heap.make(shape)
    const [length, columns, rows] = [shape[rank - 1]!, shape[rank - 2]!, shape[rank - 3]!]
    const copy = (axis: number, source: number, target: number): void => {
      if (axis === rank - 3) {
        const near = [source, from[rank - 3]!, from[rank - 2]!] as const
        heap.conv.copyPlaces(rows, columns, length, ...near, target, to[rank - 3]!, to[rank - 2]!)
        return
      }
      for (let i = 0; i < shape[axis]!; i++) {
        copy(axis + 1, source + FLOAT * i * from[axis]!, target + FLOAT * i * to[axis]!)
      }
    }
    copy(0, heap.at(x), heap.at(out))
    return out
  }
