import * as tf from '@tensorflow/tfjs-core'
import { type TensorOptimizer, unlessLeftOut } from './optimizer.ts'

/** v = mu v + g; x -= rate v, as in ../../sgd.ts; without momentum v is g, and there is no state. */
export const tensorSgd = (momentum: number, length: number): TensorOptimizer => ({
  start: () => (momentum === 0 ? [] : [tf.zeros([length])]),
  step: ({ x, gradient, taken, state, rate }) => {
    const [velocity] = state
    const v =
      velocity === undefined
        ? gradient
        : tf.add(tf.mul(velocity, unlessLeftOut(momentum, taken)), gradient)
    return {
      x: tf.sub(x, tf.mul(v, tf.mul(rate, taken))),
      state: velocity === undefined ? [] : [v]
    }
  }
})
