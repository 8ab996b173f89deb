import * as tf from '@tensorflow/tfjs-core'
import type { Layout } from '../../vector/layout.ts'
import type { BatchTensors } from './border.ts'
import { join, split } from './flat.ts'
import type { Form } from './form.ts'
import { crossEntropy } from './loss.ts'

export interface FlatGradient {
  /** Mean softmax cross-entropy over the labels. */
  readonly loss: tf.Scalar
  readonly gradient: tf.Tensor1D // [parameters]
}

/** Loss of a batch and its gradient, all on the device; call it inside `tf.tidy`. // replica [parameters] */
export const flatGradient = (
  form: Form,
  layout: Layout,
  replica: tf.Tensor1D,
  { x, labels }: BatchTensors
): FlatGradient => {
  const lossOf = (...parameters: tf.Tensor[]) => crossEntropy(form(parameters, x), labels)
  const { value, grads } = tf.valueAndGrads(lossOf)(split(replica, layout))
  return { loss: value as tf.Scalar, gradient: join(grads) }
}
