/** Replicas that begin apart, each element standard normal, and have nothing to train on. */
import { meanVector } from '../consensus/consensus-distance.ts'
import type { Random } from '../random.ts'
import type { ModelConfig } from '../swarm/recipe.ts'
import type { Vector } from '../vector/vector.ts'
import type { Synthetic } from './synthetic-bench.ts'

type AveragingConfig = Extract<ModelConfig, { name: 'averaging' }>

export const createAveraging = (
  { parameters }: AveragingConfig,
  peers: number,
  random: Random
): Synthetic => {
  const initial = (peer: number): Vector => {
    const stream = random.fork('apart').fork(peer)
    return Float32Array.from({ length: parameters }, () => stream.normal())
  }
  let mean: Float64Array | null = null
  return {
    initial,
    source: () => ({ samples: 0, streams: [], gradient: () => 0 }),
    /** Half the mean square of the distance to the mean of all initial replicas. */
    loss: (replica) => {
      mean ??= meanVector(Array.from({ length: peers }, (_, peer) => initial(peer)))
      let sum = 0
      for (let k = 0; k < parameters; k++) sum += (replica[k]! - mean[k]!) ** 2
      return sum / (2 * parameters)
    }
  }
}
