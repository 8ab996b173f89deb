import * as tf from '@tensorflow/tfjs-core'

const INNER = Math.sqrt(2 / Math.PI)
const CUBIC = 0.044715

/** x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) (Hendrycks & Gimpel 2016, section 2), as GPT-2 has it. */
export const gelu = <T extends tf.Tensor>(x: T): T => {
  const cubed = tf.mul(tf.square(x), x)
  const inner = tf.mul(tf.add(x, tf.mul(cubed, CUBIC)), INNER)
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1))
}
