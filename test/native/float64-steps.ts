import type { OptimizerConfig } from '../../src/swarm/recipe.ts'
import type { Batch } from '../../src/training/batch.ts'
import type { AsyncEngine } from '../../src/training/tensors/async-engine.ts'
import { type Vector, zeros } from '../../src/vector/vector.ts'

export interface Walk {
  readonly optimizer: OptimizerConfig
  readonly clip: number | null
  readonly correction: Vector
  readonly rate: number
}

/** An optimiser on one element's gradient, step by step; returns what is taken off. */
const rule = (
  config: OptimizerConfig,
  length: number
): ((g: number, i: number, t: number) => number) => {
  const [first, second] = [new Float64Array(length), new Float64Array(length)]
  switch (config.name) {
    case 'sgd':
      return (g, i) => {
        first[i] = config.momentum * first[i]! + g
        return first[i]!
      }
    case 'adam': {
      const { beta1, beta2, epsilon } = config
      return (g, i, t) => {
        first[i] = beta1 * first[i]! + (1 - beta1) * g
        second[i] = beta2 * second[i]! + (1 - beta2) * g * g
        return first[i]! / (1 - beta1 ** t) / (Math.sqrt(second[i]! / (1 - beta2 ** t)) + epsilon)
      }
    }
    case 'rmsprop':
    case 'adagrad': {
      const rho = config.name === 'rmsprop' ? config.rho : 1
      const added = config.name === 'rmsprop' ? 1 - config.rho : 1
      return (g, i) => {
        second[i] = rho * second[i]! + added * g * g
        return g / (Math.sqrt(second[i]!) + config.epsilon)
      }
    }
    case 'lion': {
      const { beta1, beta2 } = config
      return (g, i) => {
        const way = Math.sign(beta1 * first[i]! + (1 - beta1) * g)
        first[i] = beta2 * first[i]! + (1 - beta2) * g
        return way
      }
    }
  }
}

/** A descent by an engine's gradients, everything between two gradients in float64: what descenders are held against. */
export const float64Steps = async (
  engine: AsyncEngine,
  start: Vector,
  batches: readonly Batch[],
  { optimizer, clip, correction, rate }: Walk
): Promise<{ readonly loss: number; readonly replica: Float64Array }> => {
  const x = Float64Array.from(start)
  const taken = rule(optimizer, x.length)
  const decaying = new Uint8Array(x.length)
  const decay = 'weightDecay' in optimizer ? optimizer.weightDecay : 0
  for (const { shape, offset, size } of engine.layout.tensors) {
    if (shape.length > 1) decaying.fill(1, offset, offset + size)
  }
  const gradient = zeros(x.length)
  let loss = 0
  for (const [index, batch] of batches.entries()) {
    loss += await engine.gradient(Float32Array.from(x), batch, gradient)
    const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0))
    const factor = clip === null || norm <= clip ? 1 : clip / norm
    for (let i = 0; i < x.length; i++) {
      const kept = decaying[i] === 1 ? x[i]! * (1 - rate * decay) : x[i]!
      x[i] = kept - rate * taken(gradient[i]! * factor + correction[i]!, i, index + 1)
    }
  }
  return { loss, replica: x }
}
