import * as tf from '@tensorflow/tfjs-core'
import { POOL } from '../models/cnn-layout.ts'
import { behindRelu } from './dense.ts'

export type Padding = 'same' | 'valid'

/**
 * One layer of the convolutional model: convolution, pooling, bias, ReLU. Pooling before bias and
 * ReLU gives what pooling after them does, since both keep the order of numbers, and leaves them a
 * quarter of the elements.
 */
export interface Block {
  readonly kernel: tf.Tensor4D // [rows, columns, in, out]
  readonly padding: Padding
  readonly x: tf.Tensor4D // [batch, height, width, in]
  readonly z: tf.Tensor4D // [batch, height', width', out]
  readonly pooled: tf.Tensor4D // [batch, height' / 2, width' / 2, out]
  /** relu(pooled + bias), the next layer's x. */
  readonly h: tf.Tensor4D
}

export const blockForward = (
  x: tf.Tensor4D,
  [kernel, bias]: readonly [tf.Tensor4D, tf.Tensor1D],
  padding: Padding
): Block => {
  const z = tf.conv2d(x, kernel, 1, padding)
  const pooled = tf.maxPool(z, POOL, POOL, 'valid')
  return { kernel, padding, x, z, pooled, h: tf.relu(tf.add(pooled, bias)) }
}

/** dL/dz. tfjs has the kernels of this gradient and the next, but exports no operation for them. */
export const unpool = ({ z, pooled }: Block, dy: tf.Tensor4D): tf.Tensor4D => {
  const attributes = { filterSize: POOL, strides: POOL, pad: 'valid' }
  return tf.engine().runKernel(tf.MaxPoolGrad, { dy, input: z, output: pooled }, attributes)
}

export const kernelGradient = ({ kernel, padding, x }: Block, dz: tf.Tensor4D): tf.Tensor4D => {
  const { shape: filterShape } = kernel
  const attributes = { strides: 1, pad: padding, dataFormat: 'NHWC', filterShape }
  return tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy: dz }, attributes)
}

/** dL/d(pooled + bias) of the layer below, whose h is this one's x. */
export const below = ({ kernel, padding, x }: Block, dz: tf.Tensor4D): tf.Tensor4D =>
  behindRelu(tf.conv2dTranspose(dz, kernel, x.shape, 1, padding), x)
