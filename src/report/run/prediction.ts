/** What theory says of the consensus distance, where it says anything. */
import { z } from 'zod'
import { plainRate } from '../../simulation/mixing-rate.ts'
import type { Results } from '../../storage/results.ts'
import { defaultGamma } from '../../strategy/gossip-averaging/options.ts'
import { compressionSchema, modelSchema, topologySchema } from '../../swarm/recipe.ts'

/** What of a scenario decides how fast replicas agree. */
const relevantSchema = z.object({
  topology: topologySchema,
  compression: compressionSchema,
  model: modelSchema,
  strategy: z.looseObject({
    name: z.literal('gossip-averaging'),
    gamma: z.number().optional(),
    slowMomentum: z.number().default(0)
  })
})

export interface Prediction {
  /** |lambda_2| of the mixing matrix: each round leaves at most this share of the distance. */
  readonly rate: number
  /** Nothing but averaging happens, so the distance should follow the prediction. */
  readonly pure: boolean
}

/**
 * The rate at which plain averaging shrinks the distance; null where the graph changes, the step is
 * not whole, or something other than averaging moves the replicas as a rule.
 */
export const predictedRate = ({ document, peers, seed }: Results): Prediction | null => {
  const { data } = relevantSchema.safeParse(document)
  if (data === undefined) return null
  const { topology: config, compression, model, strategy } = data
  if (model.name !== 'averaging' && model.name !== 'quadratic') return null
  const gamma = strategy.gamma ?? defaultGamma(compression)
  if (gamma !== 1 || strategy.slowMomentum !== 0) return null
  const rate = plainRate(config, peers, seed)
  // A full graph agrees in one round: there is no line to draw.
  return rate !== null && rate > 1e-9 ? { rate, pure: model.name === 'averaging' } : null
}
