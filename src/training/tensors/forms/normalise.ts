import * as tf from '@tensorflow/tfjs-core'

/** Added to the variance, as PyTorch does. */
const EPSILON = 1e-5

/** (x - mean) / deviation over the given axes. */
const normalised = (x: tf.Tensor, axes: number[]): tf.Tensor => {
  const away = tf.sub(x, tf.mean(x, axes, true))
  const variance = tf.mean(tf.square(away), axes, true)
  return tf.mul(away, tf.rsqrt(tf.add(variance, EPSILON)))
}

/** Layer normalisation of every row (Ba et al. 2016, eq. 4). // x [rows, width]; gain, bias [width] */
export const layerNorm = (x: tf.Tensor2D, gain: tf.Tensor, bias: tf.Tensor): tf.Tensor2D =>
  tf.add(tf.mul(normalised(x, [1]), gain), bias)

/**
 * Group normalisation (Wu & He 2018, eq. 7): mean and deviation of every example over all places and
 * the channels of a group. // x [examples, height, width, channels]; gain, bias [channels]
 */
export const groupNorm = (
  x: tf.Tensor4D,
  groups: number,
  gain: tf.Tensor,
  bias: tf.Tensor
): tf.Tensor4D => {
  const [examples, height, width, channels] = x.shape
  const grouped = tf.reshape(x, [examples, height * width, groups, channels / groups])
  const normal = tf.reshape(normalised(grouped, [1, 3]), x.shape)
  return tf.add(tf.mul(normal, gain), bias)
}
