import * as tf from '@tensorflow/tfjs-core'
import { type MlpConfig, mlpInitial, mlpLayout } from './mlp-layout.ts'
import type { Model, ModelSides } from './model.ts'

type Parameters = readonly tf.Tensor[]

const kernelOf = (parameters: Parameters, layer: number) => parameters[2 * layer] as tf.Tensor2D
const biasOf = (parameters: Parameters, layer: number) => parameters[2 * layer + 1]!

/** h[0] = x; h[l+1] = relu(h[l] W[l] + b[l]), without the ReLU in the last layer. // [batch, width] */
const forward = (parameters: Parameters, x: tf.Tensor2D): readonly tf.Tensor2D[] => {
  const layers = parameters.length / 2
  const h = [x]
  for (let layer = 0; layer < layers; layer++) {
    const product = tf.matMul(h[layer]!, kernelOf(parameters, layer))
    const z = tf.add(product, biasOf(parameters, layer)) as tf.Tensor2D
    h.push(layer === layers - 1 ? z : tf.relu(z))
  }
  return h
}

/**
 * With d = dL/dz of layer l: dL/dW = h[l]^T d, dL/db = sum of d over the batch, and one layer down
 * dL/dz = (d W^T) where h[l] > 0.
 */
const backward = (
  parameters: Parameters,
  h: readonly tf.Tensor2D[],
  dLogits: tf.Tensor2D
): readonly tf.Tensor[] => {
  const gradients: tf.Tensor[] = []
  let d = dLogits
  for (let layer = h.length - 2; layer >= 0; layer--) {
    const input = h[layer]!
    gradients.unshift(tf.matMul(input, d, true, false), tf.sum(d, 0))
    if (layer > 0) {
      const dInput = tf.matMul(d, kernelOf(parameters, layer), false, true)
      d = tf.mul(dInput, tf.step(input))
    }
  }
  return gradients
}

/** A multilayer perceptron: dense layers with ReLU between them. */
export const createMlp = (config: MlpConfig, { features, classes }: ModelSides): Model => {
  const layout = mlpLayout(config, { features, classes })
  return {
    features,
    classes,
    layout,
    initial: (random) => mlpInitial(layout, random),
    logits: (parameters, x) => forward(parameters, x).at(-1)!,
    gradients: (parameters, x, dLogitsOf) => {
      const h = forward(parameters, x)
      return backward(parameters, h, dLogitsOf(h.at(-1)!))
    }
  }
}
