import * as tf from '@tensorflow/tfjs-core'

export interface Sides {
  readonly examples: number
  readonly time: number
  readonly heads: number
}

/** Added to the scores of what comes later: exp of it is zero. */
const HIDDEN = -1e9

/** 0 where a place may look, HIDDEN where it may not. // [time, time] */
const causalMask = (time: number): tf.Tensor2D => {
  const values = Float32Array.from({ length: time * time }, (_, i) =>
    i % time > Math.floor(i / time) ? HIDDEN : 0
  )
  return tf.tensor2d(values, [time, time])
}

/**
 * Scaled dot-product attention of every head, each place on itself and those before it (Vaswani et al.
 * 2017, eq. 1). // qkv [examples time, 3 width]: queries, keys, values side by side; [examples time, width]
 */
export const causalAttention = (
  qkv: tf.Tensor2D,
  { examples, time, heads }: Sides
): tf.Tensor2D => {
  const width = qkv.shape[1] / 3
  const size = width / heads
  const apart = tf.reshape(qkv, [examples, time, 3, heads, size])
  const turned = tf.transpose(apart, [2, 0, 3, 1, 4]) // [3, examples, heads, time, size]
  const [q, k, v] = tf.split(tf.reshape(turned, [3 * examples, heads, time, size]), 3)
  const scores = tf.mul(tf.matMul(q!, k!, false, true), 1 / Math.sqrt(size))
  const weights = tf.softmax(tf.add(scores, causalMask(time))) // [examples, heads, time, time]
  const seen = tf.transpose(tf.matMul(weights, v!), [0, 2, 1, 3]) // [examples, time, heads, size]
  return tf.reshape(seen, [examples * time, width])
}
