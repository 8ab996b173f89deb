import * as tf from '@tensorflow/tfjs-core'

/**
 * 1 in the column of each number, 0 elsewhere. By way of integers: asked for floats, tfjs-backend-wasm
 * 4.22 writes the bits of integers. // int32 [rows]; returns float32 [rows, columns]
 */
export const oneHot = (numbers: tf.Tensor1D, columns: number): tf.Tensor2D =>
  tf.cast(tf.oneHot(numbers, columns), 'float32') as tf.Tensor2D
