/**
 * Peer i's objective is f_i(x) = 1/2 sum_k h_k (x_k - c_ik)^2. The curvatures h_k are the same for all
 * peers, spaced logarithmically from 1 / condition to 1. The centres are c_i = c + heterogeneity g_i,
 * with |c| and |g_i| about 1; peers come in pairs with opposite g_i (the last of an odd number has 0),
 * so that the optimum of the mean objective is c exactly. Replicas start at 0, about 1 away from it.
 */
import type { Random } from '../random.ts'
import type { ModelConfig } from '../swarm/recipe.ts'
import { type Vector, zeros } from '../vector/vector.ts'
import type { Synthetic } from './synthetic-bench.ts'

type QuadraticConfig = Extract<ModelConfig, { name: 'quadratic' }>

const normals = (length: number, deviation: number, random: Random): Vector => {
  const vector = zeros(length)
  for (let i = 0; i < length; i++) vector[i] = deviation * random.normal()
  return vector
}

/** 1 / condition ... 1 */
const curvatures = (length: number, condition: number): Vector =>
  Float32Array.from({ length }, (_, k) => (length === 1 ? 1 : condition ** (k / (length - 1) - 1)))

export const createQuadratics = (
  { parameters, condition, heterogeneity, noise }: QuadraticConfig,
  peers: number,
  random: Random
): Synthetic => {
  const deviation = 1 / Math.sqrt(parameters)
  const h = curvatures(parameters, condition)
  const optimum = normals(parameters, deviation, random.fork('optimum'))

  const centreOf = (peer: number): Vector => {
    const alone = peer === peers - 1 && peers % 2 === 1
    if (alone || heterogeneity === 0) return optimum
    const pair = random.fork('centres').fork(peer >> 1)
    const sign = peer % 2 === 0 ? 1 : -1
    const centre = normals(parameters, sign * heterogeneity * deviation, pair)
    for (let k = 0; k < parameters; k++) centre[k] = centre[k]! + optimum[k]!
    return centre
  }

  return {
    initial: () => zeros(parameters),
    source: (peer, draws) => {
      const centre = centreOf(peer)
      return {
        samples: 1,
        streams: [draws],
        gradient: (replica, into) => {
          let twice = 0
          for (let k = 0; k < parameters; k++) {
            const away = replica[k]! - centre[k]!
            const slope = h[k]! * away
            into[k] = slope
            twice += slope * away
          }
          if (noise > 0) {
            for (let k = 0; k < parameters; k++) into[k] = into[k]! + noise * draws.normal()
          }
          return twice / 2
        }
      }
    },
    loss: (replica) => {
      let twice = 0
      for (let k = 0; k < parameters; k++) twice += h[k]! * (replica[k]! - optimum[k]!) ** 2
      return twice / 2
    }
  }
}
