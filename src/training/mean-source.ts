import { zeros } from '../vector/vector.ts'
import type { GradientSource } from './descent.ts'

/**
 * What all-reduce gives every peer: the mean of the sources' gradients at one replica, each on a draw
 * of its own. Where all draws have the same number of rows, as batches do, that is the gradient of
 * all these rows together. Sources without rows have no say.
 */
export const meanSource = (
  sources: readonly GradientSource[],
  parameters: number
): GradientSource => {
  const able = sources.filter(({ samples }) => samples > 0)
  const one = zeros(parameters)
  // In float64, so that the rounding of the sum does not grow with the number of sources.
  const sum = new Float64Array(parameters)
  return {
    samples: able.reduce((total, { samples }) => total + samples, 0),
    streams: able.flatMap(({ streams }) => streams),
    gradient: (replica, into) => {
      sum.fill(0)
      let loss = 0
      for (const source of able) {
        loss += source.gradient(replica, one)
        for (let i = 0; i < parameters; i++) sum[i] = sum[i]! + one[i]!
      }
      for (let i = 0; i < parameters; i++) into[i] = sum[i]! / able.length
      return loss / able.length
    }
  }
}
