import type { OptimizerConfig } from '../swarm/recipe.ts'
import { type Vector, zeros } from '../vector/vector.ts'
import type { Optimizer } from './optimizer.ts'
import { packState, unpackState } from './optimizer-state.ts'

export type SgdConfig = Extract<OptimizerConfig, { name: 'sgd' }>

/**
 * v = mu v + g; x -= rate v (Sutskever et al. 2013 in PyTorch's form: the rate is not inside v).
 * Four at a time, because V8 then leaves it a function of its own: inlined into a caller that is
 * called too rarely to be optimised, the loop stays in the middle tier, three times slower.
 */
const momentumStep = (x: Vector, g: Vector, v: Vector, mu: number, rate: number): void => {
  const whole = x.length - (x.length % 4)
  for (let i = 0; i < whole; i += 4) {
    const a = mu * v[i]! + g[i]!
    const b = mu * v[i + 1]! + g[i + 1]!
    const c = mu * v[i + 2]! + g[i + 2]!
    const d = mu * v[i + 3]! + g[i + 3]!
    v[i] = a
    v[i + 1] = b
    v[i + 2] = c
    v[i + 3] = d
    x[i] = x[i]! - rate * a
    x[i + 1] = x[i + 1]! - rate * b
    x[i + 2] = x[i + 2]! - rate * c
    x[i + 3] = x[i + 3]! - rate * d
  }
  for (let i = whole; i < x.length; i++) {
    v[i] = mu * v[i]! + g[i]!
    x[i] = x[i]! - rate * v[i]!
  }
}

/** The same without momentum, where v is g: two vectors less through the memory. */
const plainStep = (x: Vector, g: Vector, rate: number): void => {
  const whole = x.length - (x.length % 4)
  for (let i = 0; i < whole; i += 4) {
    x[i] = x[i]! - rate * g[i]!
    x[i + 1] = x[i + 1]! - rate * g[i + 1]!
    x[i + 2] = x[i + 2]! - rate * g[i + 2]!
    x[i + 3] = x[i + 3]! - rate * g[i + 3]!
  }
  for (let i = whole; i < x.length; i++) x[i] = x[i]! - rate * g[i]!
}

/** Stochastic gradient descent. */
export const createSgd = (config: SgdConfig, length: number): Optimizer => {
  const { momentum } = config
  const moments = momentum === 0 ? [] : [zeros(length)]
  const [v] = moments
  return {
    step: v ? (x, g, rate) => momentumStep(x, g, v, momentum, rate) : plainStep,
    save: () => {
      const copies = moments.map((moment) => moment.slice())
      return packState(config, { moments: copies, steps: 0, shares: null })
    },
    restore: (saved) => {
      const kept = unpackState(config, length, saved).moments
      for (const [i, moment] of moments.entries()) moment.set(kept[i]!)
    }
  }
}
