import type { OptimizerConfig } from '../swarm/recipe.ts'
import type { Layout } from '../vector/layout.ts'
import { type Vector, zeros } from '../vector/vector.ts'
import { decay, decayingTensors } from './decay.ts'
import type { Optimizer } from './optimizer.ts'
import { packState, unpackState } from './optimizer-state.ts'

export type LionConfig = Extract<OptimizerConfig, { name: 'lion' }>

/** x -= rate sign(beta1 m + (1 - beta1) g); m = beta2 m + (1 - beta2) g */
const lionStep = (x: Vector, g: Vector, m: Vector, config: LionConfig, rate: number): void => {
  const { beta1, beta2 } = config
  for (let i = 0; i < x.length; i++) {
    const [before, slope] = [m[i]!, g[i]!]
    x[i] = x[i]! - rate * Math.sign(beta1 * before + (1 - beta1) * slope)
    m[i] = beta2 * before + (1 - beta2) * slope
  }
}

/** Lion (Chen et al. 2023, Alg. 2): steps of one size in each element. Its decay is AdamW's. */
export const createLion = (config: LionConfig, layout: Layout): Optimizer => {
  const m = zeros(layout.length)
  const { weightDecay } = config
  const decaying = decayingTensors(layout, weightDecay)
  return {
    step: (x, g, rate) => {
      decay(x, decaying, rate * weightDecay)
      lionStep(x, g, m, config, rate)
    },
    save: () => packState(config, { moments: [m.slice()], steps: 0, shares: null }),
    restore: (saved) => m.set(unpackState(config, layout.length, saved).moments[0]!)
  }
}
