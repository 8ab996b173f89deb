import * as tf from '@tensorflow/tfjs-core'
import type { OptimizerConfig } from '../../../swarm/recipe.ts'
import type { Layout } from '../../../vector/layout.ts'
import { type TensorOptimizer, unlessLeftOut } from './optimizer.ts'

export type AdamConfig = Extract<OptimizerConfig, { name: 'adam' }>

/** 1 in tensors that decay, those of more than one side; 0 elsewhere. // [parameters] */
const decaying = (layout: Layout): tf.Tensor1D => {
  const mask = new Float32Array(layout.length)
  for (const { shape, offset, size } of layout.tensors) {
    if (shape.length > 1) mask.fill(1, offset, offset + size)
  }
  return tf.tensor1d(mask)
}

/** Moves a mean of factor `beta` by what a step adds; nothing where it is left out. */
const mean = (old: tf.Tensor, beta: number, added: tf.Tensor, taken: tf.Scalar): tf.Tensor =>
  tf.add(tf.mul(old, unlessLeftOut(beta, taken)), tf.mul(added, tf.mul(1 - beta, taken)))

/**
 * Adam and AdamW as in ../../adam.ts. The state: both moments [parameters], 1 - beta^t of both as
 * scalars (as running means of one: in float32 the power would lose its last digits next to one), and the mask of
 * what decays.
 */
export const tensorAdam = (config: AdamConfig, layout: Layout): TensorOptimizer => {
  const { beta1, beta2, epsilon, weightDecay } = config
  return {
    start: () => [
      tf.zeros([layout.length]),
      tf.zeros([layout.length]),
      tf.scalar(0),
      tf.scalar(0),
      ...(weightDecay > 0 ? [decaying(layout)] : [])
    ],
    step: ({ x, gradient, taken, state, rate }) => {
      const [m, v, sum1, sum2, mask] = state
      const one = tf.scalar(1)
      const first = mean(m!, beta1, gradient, taken)
      const second = mean(v!, beta2, tf.square(gradient), taken)
      const share1 = mean(sum1!, beta1, one, taken)
      const share2 = mean(sum2!, beta2, one, taken)
      // Before the first step that is taken both shares are zero, and nothing is divided by them.
      const waiting = tf.sub(1, taken)
      const size = tf.div(tf.mul(rate, taken), tf.add(share1, waiting))
      const root = tf.sqrt(tf.div(second, tf.add(share2, waiting)))
      const step = tf.mul(size, tf.div(first, tf.add(root, epsilon)))
      const kept =
        mask === undefined
          ? x
          : tf.mul(x, tf.sub(1, tf.mul(mask, tf.mul(rate * weightDecay, taken))))
      return {
        x: tf.sub(kept, step),
        state: [first, second, share1, share2, ...(mask === undefined ? [] : [tf.clone(mask)])]
      }
    }
  }
}
