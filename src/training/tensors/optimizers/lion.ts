import * as tf from '@tensorflow/tfjs-core'
import type { Layout } from '../../../vector/layout.ts'
import type { LionConfig } from '../../lion.ts'
import { packState, unpackState } from '../../optimizer-state.ts'
import { upload } from '../border.ts'
import { decaying, kept } from './decaying.ts'
import { mean, type TensorOptimizer } from './optimizer.ts'

/** Lion as in ../../lion.ts. The state: m [parameters], and the mask of what decays. */
export const tensorLion = (config: LionConfig, layout: Layout): TensorOptimizer => {
  const { beta1, beta2, weightDecay } = config
  const masks = () => (weightDecay > 0 ? [decaying(layout)] : [])
  return {
    start: () => [tf.zeros([layout.length]), ...masks()],
    pack: ([m]) => packState(config, { moments: [m!], steps: 0, shares: null }),
    unpack: (saved) => [
      ...unpackState(config, layout.length, saved).moments.map(upload),
      ...masks()
    ],
    step: ({ x, gradient, taken, state, rate }) => {
      const [m, mask] = state
      const way = tf.add(tf.mul(beta1, m!), tf.mul(1 - beta1, gradient))
      const step = tf.mul(tf.sign(way), tf.mul(rate, taken))
      return {
        x: tf.sub(kept(x, mask, tf.mul(rate * weightDecay, taken)), step),
        state: [mean(m!, beta2, gradient, taken), ...(mask === undefined ? [] : [tf.clone(mask)])]
      }
    }
  }
}
