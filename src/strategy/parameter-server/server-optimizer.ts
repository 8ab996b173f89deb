import { addScaled, type Vector, zeros } from '../../vector/vector.ts'
import type { ServerOptimizerConfig } from './options.ts'

/** Moves a shard's parameters by an update: what local steps took off them, or a mean of such. */
export interface ServerOptimizer {
  /** As long as the shard; the optimiser's memory. */
  readonly moments: readonly Vector[]
  /** `step`: the number of this step, from 1. In place. // [shard], [shard] */
  step(x: Vector, update: Vector, step: number): void
}

/** u = momentum u + update; x -= rate u. */
const sgd = (rate: number, momentum: number, length: number): ServerOptimizer => {
  if (momentum === 0) {
    return {
      moments: [],
      step: (x, update) => addScaled(-rate, update, x)
    }
  }
  const u = zeros(length)
  return {
    moments: [u],
    step: (x, update) => {
      for (let i = 0; i < x.length; i++) {
        const next = Math.fround(momentum * u[i]! + update[i]!)
        u[i] = next
        x[i] = x[i]! - rate * next
      }
    }
  }
}

/** Kingma and Ba 2015, Alg. 1, with the update for the gradient (FedAdam: Reddi et al. 2021). */
const adam = (
  { rate, beta1, beta2, epsilon }: Extract<ServerOptimizerConfig, { name: 'adam' }>,
  length: number
): ServerOptimizer => {
  const m = zeros(length)
  const v = zeros(length)
  return {
    moments: [m, v],
    step: (x, update, step) => {
      const first = 1 - beta1 ** step
      const second = 1 - beta2 ** step
      for (let i = 0; i < x.length; i++) {
        const d = update[i]!
        const a = Math.fround(beta1 * m[i]! + (1 - beta1) * d)
        const b = Math.fround(beta2 * v[i]! + (1 - beta2) * d * d)
        m[i] = a
        v[i] = b
        x[i] = x[i]! - (rate * (a / first)) / (Math.sqrt(b / second) + epsilon)
      }
    }
  }
}

export const createServerOptimizer = (
  config: ServerOptimizerConfig,
  length: number
): ServerOptimizer =>
  config.name === 'sgd' ? sgd(config.rate, config.momentum, length) : adam(config, length)

/** Vectors as long as the shard that its optimiser holds. */
export const momentsOf = (config: ServerOptimizerConfig): number =>
  config.name === 'adam' ? 2 : config.momentum > 0 ? 1 : 0
