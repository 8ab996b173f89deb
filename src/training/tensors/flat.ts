import * as tf from '@tensorflow/tfjs-core'
import type { Layout } from '../../vector/layout.ts'

/** The layout's tensors out of a flat one, on the device. // flat [parameters] */
export const split = (flat: tf.Tensor1D, layout: Layout): tf.Tensor[] =>
  layout.tensors.map(({ offset, size, shape }) =>
    tf.reshape(tf.slice(flat, offset, size), [...shape])
  )

/** One flat tensor of many, in their order, on the device. Returns [parameters]. */
export const join = (tensors: readonly tf.Tensor[]): tf.Tensor1D =>
  tf.concat(tensors.map((tensor) => tf.reshape(tensor, [tensor.size]) as tf.Tensor1D))
