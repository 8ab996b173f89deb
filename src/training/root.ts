import type { OptimizerConfig } from '../swarm/recipe.ts'
import { type Vector, zeros } from '../vector/vector.ts'
import type { Optimizer } from './optimizer.ts'
import { packState, unpackState } from './optimizer-state.ts'

export type RootConfig = Extract<OptimizerConfig, { name: 'rmsprop' | 'adagrad' }>

/** v = kept v + added g^2: a running mean for RMSprop, the sum of all for Adagrad. */
export const rootFactors = (config: RootConfig): { kept: number; added: number } =>
  config.name === 'rmsprop' ? { kept: config.rho, added: 1 - config.rho } : { kept: 1, added: 1 }

/**
 * Gradients over the root of their squares: x -= rate g / (sqrt(v) + epsilon). RMSprop (Tieleman & Hinton
 * 2012, lecture 6.5) and Adagrad (Duchi et al. 2011, diagonal form), both with epsilon where PyTorch has it.
 */
export const createRoot = (config: RootConfig, length: number): Optimizer => {
  const { kept, added } = rootFactors(config)
  const v = zeros(length)
  return {
    step: (x, g, rate) => rootStep(x, g, v, kept, added, rate, config.epsilon),
    save: () => packState(config, { moments: [v.slice()], steps: 0, shares: null }),
    restore: (saved) => v.set(unpackState(config, length, saved).moments[0]!)
  }
}

const rootStep = (
  x: Vector,
  g: Vector,
  v: Vector,
  kept: number,
  added: number,
  rate: number,
  epsilon: number
): void => {
  for (let i = 0; i < x.length; i++) {
    const slope = g[i]!
    const sum = kept * v[i]! + added * slope * slope
    v[i] = sum
    x[i] = x[i]! - (rate * slope) / (Math.sqrt(sum) + epsilon)
  }
}
