import * as tf from '@tensorflow/tfjs-core'

/** kernel0 [in, out], bias0 [out], kernel1, ... of dense layers with ReLU between them. */
type Parameters = readonly tf.Tensor[]

export const kernelOf = (parameters: Parameters, layer: number) =>
  parameters[2 * layer] as tf.Tensor2D
const biasOf = (parameters: Parameters, layer: number) => parameters[2 * layer + 1]!

/** h[0] = x; h[l+1] = relu(h[l] W[l] + b[l]), without the ReLU in the last layer. // [batch, width] */
export const denseForward = (parameters: Parameters, x: tf.Tensor2D): readonly tf.Tensor2D[] => {
  const layers = parameters.length / 2
  const h = [x]
  for (let layer = 0; layer < layers; layer++) {
    const product = tf.matMul(h[layer]!, kernelOf(parameters, layer))
    const z = tf.add(product, biasOf(parameters, layer)) as tf.Tensor2D
    h.push(layer === layers - 1 ? z : tf.relu(z))
  }
  return h
}

export interface DenseGradients {
  /** In the order of the parameters. */
  readonly gradients: readonly tf.Tensor[]
  /** dL/dz of the first layer. // [batch, width] */
  readonly d: tf.Tensor2D
}

/**
 * With d = dL/dz of layer l: dL/dW = h[l]^T d, dL/db = sum of d over the batch, and one layer down
 * dL/dz = (d W^T) where h[l] > 0.
 */
export const denseBackward = (
  parameters: Parameters,
  h: readonly tf.Tensor2D[],
  dLogits: tf.Tensor2D
): DenseGradients => {
  const gradients: tf.Tensor[] = []
  let d = dLogits
  for (let layer = h.length - 2; layer >= 0; layer--) {
    const input = h[layer]!
    gradients.unshift(tf.matMul(input, d, true, false), tf.sum(d, 0))
    if (layer > 0) d = behindRelu(tf.matMul(d, kernelOf(parameters, layer), false, true), input)
  }
  return { gradients, d }
}

/** dL/dz from dL/dh, where h = relu(z). */
export const behindRelu = <T extends tf.Tensor>(dh: T, h: T): T => tf.mul(dh, tf.step(h))
