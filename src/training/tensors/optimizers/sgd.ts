import * as tf from '@tensorflow/tfjs-core'
import { packState, unpackState } from '../../optimizer-state.ts'
import type { SgdConfig } from '../../sgd.ts'
import { upload } from '../border.ts'
import { type TensorOptimizer, unlessLeftOut } from './optimizer.ts'

/** v = mu v + g; x -= rate v, as in ../../sgd.ts; without momentum v is g, and there is no state. */
export const tensorSgd = (config: SgdConfig, length: number): TensorOptimizer => ({
  start: () => (config.momentum === 0 ? [] : [tf.zeros([length])]),
  pack: (moments) => packState(config, { moments, steps: 0, shares: null }),
  unpack: (saved) => unpackState(config, length, saved).moments.map(upload),
  step: ({ x, gradient, taken, state, rate }) => {
    const [velocity] = state
    const v =
      velocity === undefined
        ? gradient
        : tf.add(tf.mul(velocity, unlessLeftOut(config.momentum, taken)), gradient)
    return {
      x: tf.sub(x, tf.mul(v, tf.mul(rate, taken))),
      state: velocity === undefined ? [] : [v]
    }
  }
})
