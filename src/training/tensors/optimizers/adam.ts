import * as tf from '@tensorflow/tfjs-core'
import type { Layout } from '../../../vector/layout.ts'
import type { AdamConfig } from '../../adam.ts'
import { packState, unpackState } from '../../optimizer-state.ts'
import { upload } from '../border.ts'
import { decaying, kept } from './decaying.ts'
import { mean, type TensorOptimizer } from './optimizer.ts'

/** So many that 1 - beta^steps is one for every beta. */
const EVER = 2 ** 40

/** The steps after which these shares are reached, as well as float32 tells. */
const stepsOf = ({ beta1, beta2 }: AdamConfig, shares: readonly [number, number]): number => {
  const [share, beta] = beta1 > beta2 ? [shares[0], beta1] : [shares[1], beta2]
  return share < 1 ? Math.round(Math.log1p(-share) / Math.log(beta)) : EVER
}

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
    pack: ([m, v, sum1, sum2]) => {
      const shares = [sum1![0]!, sum2![0]!] as const
      return packState(config, { moments: [m!, v!], steps: stepsOf(config, shares), shares })
    },
    unpack: (saved) => {
      const { moments, steps, shares } = unpackState(config, layout.length, saved)
      const [share1, share2] = shares ?? [1 - beta1 ** steps, 1 - beta2 ** steps]
      const sums = [tf.scalar(share1), tf.scalar(share2)]
      return [...moments.map(upload), ...sums, ...(weightDecay > 0 ? [decaying(layout)] : [])]
    },
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
      return {
        x: tf.sub(kept(x, mask, tf.mul(rate * weightDecay, taken)), step),
        state: [first, second, share1, share2, ...(mask === undefined ? [] : [tf.clone(mask)])]
      }
    }
  }
}
