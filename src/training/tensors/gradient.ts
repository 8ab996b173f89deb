import * as tf from '@tensorflow/tfjs-core'
import type { Vector } from '../../vector/vector.ts'
import { crossEntropyGradient, crossEntropySum } from '../cross-entropy.ts'
import type { Model } from '../model.ts'
import { flatten, tensorsOf } from './parameters.ts'
import { peek } from './readback.ts'

type Gradients = NonNullable<Model['gradients']>

/** Any model's gradients by automatic differentiation, behind a loss that knows its own gradient. */
const recordedGradients =
  (model: Model): Gradients =>
  (parameters, x, dLogitsOf) => {
    const loss = tf.customGrad((logits, save) => {
      const keep = save as (tensors: tf.Tensor[]) => void
      keep([dLogitsOf(logits as tf.Tensor2D)])
      return { value: tf.scalar(0), gradFunc: (_dy, saved) => saved[0]! }
    })
    return tf.grads((...inputs) => loss(model.logits(inputs, x)))([...parameters])
  }

/**
 * Mean softmax cross-entropy of a batch; its gradient goes into `into`, [parameters].
 * Leaves no tensors behind.
 *
 * @example
 * const loss = lossAndGradient(model, replica, x, labels, gradient)
 */
export const lossAndGradient = (
  model: Model,
  replica: Vector,
  x: Vector, // [batch, features]
  labels: ArrayLike<number>, // [batch], 0..classes-1
  into: Vector
): number =>
  tf.tidy(() => {
    const { layout, features, classes } = model
    const rows = labels.length
    let loss = Number.NaN
    const dLogitsOf = (tensor: tf.Tensor2D): tf.Tensor2D => {
      const logits = peek(tensor)
      loss = crossEntropySum(logits, labels, classes) / rows
      return tf.tensor2d(crossEntropyGradient(logits, labels, classes), [rows, classes])
    }
    const gradients = model.gradients ?? recordedGradients(model)
    const batch = tf.tensor2d(x, [rows, features])
    flatten(layout, gradients(tensorsOf(layout, replica), batch, dLogitsOf), into)
    return loss
  })
