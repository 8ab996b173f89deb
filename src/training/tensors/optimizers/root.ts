import * as tf from '@tensorflow/tfjs-core'
import { packState, unpackState } from '../../optimizer-state.ts'
import { type RootConfig, rootFactors } from '../../root.ts'
import { upload } from '../border.ts'
import { type TensorOptimizer, unlessLeftOut } from './optimizer.ts'

/** RMSprop and Adagrad as in ../../root.ts. The state: v. // [parameters] */
export const tensorRoot = (config: RootConfig, length: number): TensorOptimizer => {
  const { kept, added } = rootFactors(config)
  return {
    start: () => [tf.zeros([length])],
    pack: (moments) => packState(config, { moments, steps: 0, shares: null }),
    unpack: (saved) => unpackState(config, length, saved).moments.map(upload),
    step: ({ x, gradient, taken, state, rate }) => {
      const squares = tf.mul(tf.square(gradient), tf.mul(added, taken))
      const v = tf.add(tf.mul(state[0]!, unlessLeftOut(kept, taken)), squares)
      const step = tf.div(gradient, tf.add(tf.sqrt(v), config.epsilon))
      return { x: tf.sub(x, tf.mul(step, tf.mul(rate, taken))), state: [v] }
    }
  }
}
