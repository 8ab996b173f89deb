import * as tf from '@tensorflow/tfjs-core'
import type { Clip } from './clip.ts'
import type { FlatGradient } from './flat-gradient.ts'

/** Keeps the division by the largest element apart from zero. */
const TINY = 1e-30
const LARGEST = 3.4028234e38

/**
 * Euclidean norm, of elements in units of the largest: squares alone would leave float32's range
 * beyond 1e19. Not a number where an element is not finite. // [parameters]
 */
const normOf = (gradient: tf.Tensor1D): tf.Tensor => {
  const unit = tf.maximum(tf.max(tf.abs(gradient)), TINY)
  return tf.mul(unit, tf.sqrt(tf.sum(tf.square(tf.div(gradient, unit)))))
}

export interface Guarded {
  readonly gradient: tf.Tensor1D
  /** 1; or 0 where loss or gradient is not finite, and then the gradient is zero. */
  readonly taken: tf.Scalar
}

/**
 * What comes between a gradient and the optimiser: clipping, then the correction, and nothing of it where
 * a number is not finite.
 */
export const guard = (
  { loss, gradient }: FlatGradient,
  clip: Clip | null,
  correction: tf.Tensor1D | null
): Guarded => {
  const norm = normOf(gradient)
  const finite = tf.logicalAnd(tf.lessEqual(norm, LARGEST), tf.lessEqual(tf.abs(loss), LARGEST))
  const clipped = clip === null ? gradient : clip(gradient, norm)
  const along = correction === null ? clipped : tf.add(clipped, correction)
  return {
    gradient: tf.where(finite, along, tf.zerosLike(along)) as tf.Tensor1D,
    taken: tf.cast(finite, 'float32') as tf.Scalar
  }
}
