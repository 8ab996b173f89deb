import * as tf from '@tensorflow/tfjs-core'

/** x W + b // x [rows, in], kernel [in, out], bias [out] */
export const dense = (x: tf.Tensor2D, kernel: tf.Tensor2D, bias: tf.Tensor): tf.Tensor2D =>
  tf.add(tf.matMul(x, kernel), bias)

/** Dense layers with ReLU between them; `parameters`: kernel0, bias0, kernel1, ... */
export const denseLayers = (parameters: readonly tf.Tensor[], x: tf.Tensor2D): tf.Tensor2D => {
  let h = x
  for (let at = 0; at < parameters.length; at += 2) {
    const z = dense(h, parameters[at] as tf.Tensor2D, parameters[at + 1]!)
    h = at + 2 < parameters.length ? tf.relu(z) : z
  }
  return h
}
