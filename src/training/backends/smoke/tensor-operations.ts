import * as tf from '@tensorflow/tfjs-core'
import type { Vector } from '../../../vector/vector.ts'
import type { Operations } from './operations.ts'

/** A value and both gradients, read one after the other: the tensors' own memory may be a live view. */
const read = async (tensors: readonly tf.Tensor[]) => {
  const all: Vector[] = []
  for (const tensor of tensors) all.push(Float32Array.from(await tensor.data()))
  tf.dispose([...tensors])
  return all as [Vector, Vector, Vector]
}

/** On the backend that is open. */
export const tensorOperations: Operations = {
  matMul: (a, b, dy, [m, k, n]) => {
    const product = (x: tf.Tensor2D, y: tf.Tensor2D) => tf.matMul(x, y)
    return read(
      tf.tidy(() => {
        const sides = [tf.tensor2d(a, [m, k]), tf.tensor2d(b, [k, n])] as const
        const gradients = tf.grads((x, y) => product(x as tf.Tensor2D, y as tf.Tensor2D))
        return [product(...sides), ...gradients([...sides], tf.tensor2d(dy, [m, n]))]
      })
    )
  },
  conv2d: (x, kernel, dy, [images, rows, columns, ins, outs]) => {
    const convolve = (images4: tf.Tensor4D, kernel4: tf.Tensor4D) =>
      tf.conv2d(images4, kernel4, 1, 'same')
    return read(
      tf.tidy(() => {
        const sides = [
          tf.tensor4d(x, [images, rows, columns, ins]),
          tf.tensor4d(kernel, [3, 3, ins, outs])
        ] as const
        const gradients = tf.grads((a, b) => convolve(a as tf.Tensor4D, b as tf.Tensor4D))
        const dyTensor = tf.tensor4d(dy, [images, rows, columns, outs])
        return [convolve(...sides), ...gradients([...sides], dyTensor)]
      })
    )
  }
}
