import * as tf from '@tensorflow/tfjs-core'
import type { Layout } from '../../vector/layout.ts'
import type { Vector } from '../../vector/vector.ts'
import { peek } from './readback.ts'

/** The replica's tensors, in the layout's order. New tensors: wasm caches by tensor, not by value. */
export const tensorsOf = (layout: Layout, replica: Vector): tf.Tensor[] =>
  layout.tensors.map(({ shape, offset, size }) =>
    tf.tensor(replica.subarray(offset, offset + size), [...shape])
  )

/** Copies tensors in the layout's order into one flat vector. */
export const flatten = (layout: Layout, tensors: readonly tf.Tensor[], into: Vector): void => {
  for (let i = 0; i < tensors.length; i++) into.set(peek(tensors[i]!), layout.tensors[i]!.offset)
}
