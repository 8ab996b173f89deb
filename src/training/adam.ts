import type { OptimizerConfig } from '../swarm/recipe.ts'
import type { Layout } from '../vector/layout.ts'
import { type Vector, zeros } from '../vector/vector.ts'
import { decay, decayingTensors } from './decay.ts'
import type { Optimizer } from './optimizer.ts'
import { packState, unpackState } from './optimizer-state.ts'

export type AdamConfig = Extract<OptimizerConfig, { name: 'adam' }>

interface Moments {
  readonly m: Vector
  readonly v: Vector
  /** Steps taken, this one included. */
  readonly t: number
}

/**
 * m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;
 * x -= rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)  (Kingma & Ba 2015, Alg. 1)
 */
const adamStep = (x: Vector, g: Vector, { m, v, t }: Moments, config: AdamConfig, rate: number) => {
  const { beta1, beta2, epsilon } = config
  const size = rate / (1 - beta1 ** t)
  const correction = 1 / (1 - beta2 ** t)
  for (let i = 0; i < x.length; i++) {
    const slope = g[i]!
    const first = beta1 * m[i]! + (1 - beta1) * slope
    const second = beta2 * v[i]! + (1 - beta2) * slope * slope
    m[i] = first
    v[i] = second
    x[i] = x[i]! - (size * first) / (Math.sqrt(second * correction) + epsilon)
  }
}

/**
 * Adam; with weight decay AdamW (Loshchilov & Hutter 2019, Alg. 2), where the decay follows the learning
 * rate and does not pass through the moments. Tensors of rank 1 (biases, layer norms) do not decay.
 */
export const createAdam = (config: AdamConfig, layout: Layout): Optimizer => {
  const m = zeros(layout.length)
  const v = zeros(layout.length)
  const { weightDecay } = config
  const decaying = decayingTensors(layout, weightDecay)
  let t = 0
  return {
    step: (x, g, rate) => {
      t += 1
      decay(x, decaying, rate * weightDecay)
      adamStep(x, g, { m, v, t }, config, rate)
    },
    save: () => packState(config, { moments: [m.slice(), v.slice()], steps: t, shares: null }),
    restore: (saved) => {
      const { moments, steps } = unpackState(config, layout.length, saved)
      m.set(moments[0]!)
      v.set(moments[1]!)
      t = steps
    }
  }
}
