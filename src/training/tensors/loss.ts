import * as tf from '@tensorflow/tfjs-core'
import { oneHot } from './one-hot.ts'

/**
 * Mean softmax cross-entropy over the rows, with its own gradient (softmax - one-hot) / rows, all of it
 * on the device. Shifted by each row's largest logit, so that no exp overflows.
 */
export const crossEntropy = (
  logits: tf.Tensor2D, // [rows, classes]
  labels: tf.Tensor1D // int32 [rows], 0..classes-1
): tf.Scalar => {
  const [rows, classes] = logits.shape
  const loss = tf.customGrad((z, save) => {
    const hits = oneHot(labels, classes)
    const away = tf.sub(z as tf.Tensor2D, tf.max(z as tf.Tensor2D, 1, true))
    const powers = tf.exp(away)
    const sums = tf.sum(powers, 1, true) // [rows, 1]
    const own = tf.sum(tf.mul(away, hits), 1, true)
    const keep = save as (tensors: tf.Tensor[]) => void
    keep([tf.sub(tf.div(powers, sums), hits)])
    return {
      value: tf.mean(tf.sub(tf.log(sums), own)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(saved[0]!, tf.div(dy, rows))
    }
  })
  return loss(logits) as tf.Scalar
}
