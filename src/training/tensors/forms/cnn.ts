import * as tf from '@tensorflow/tfjs-core'
import { type CnnConfig, POOL } from '../../models/cnn-layout.ts'
import type { ModelSides } from '../../models/model.ts'
import type { Form } from '../form.ts'
import { denseLayers } from './dense.ts'

/**
 * relu(pool(x * kernel) + bias): pooling before bias and ReLU gives what pooling after them does,
 * since both keep the order of numbers, and leaves them a quarter of the elements.
 */
const convolve = (
  x: tf.Tensor4D, // [examples, height, width, in]
  [kernel, bias]: readonly [kernel: tf.Tensor4D, bias: tf.Tensor],
  padding: CnnConfig['convolutions'][number]['padding']
): tf.Tensor4D => {
  const pooled = tf.maxPool(tf.conv2d(x, kernel, 1, padding), POOL, POOL, 'valid')
  return tf.relu(tf.add(pooled, bias))
}

/** Convolutions, a kernel and a bias each, then dense layers. */
export const cnnForm =
  ({ convolutions }: CnnConfig, shape: ModelSides['shape']): Form =>
  (parameters, x) => {
    const [examples] = x.shape
    let h: tf.Tensor4D = tf.reshape(x, [examples, ...shape])
    convolutions.forEach(({ padding }, layer) => {
      const [kernel, bias] = parameters.slice(2 * layer, 2 * layer + 2)
      h = convolve(h, [kernel as tf.Tensor4D, bias!], padding)
    })
    const flat: tf.Tensor2D = tf.reshape(h, [examples, -1])
    return denseLayers(parameters.slice(2 * convolutions.length), flat)
  }
