/** Stochastic gradient push as a strategy: docs/strategies/sgp.md. */
import type { Recipe } from '../../swarm/recipe.ts'
import type { Layout } from '../../vector/layout.ts'
import { strategyEntry } from '../entry.ts'
import { roundsIn } from '../rounds.ts'
import type { Strategy } from '../strategy.ts'
import { sgpCodec } from './codec.ts'
import { SgpCompute } from './compute.ts'
import { sgpFacts } from './facts.ts'
import type { SgpKinds } from './kinds.ts'
import { sgpOptionsSchema } from './options.ts'
import { SgpProtocol } from './protocol.ts'
import { sgpVariants } from './variants.ts'

export const createSgp = (recipe: Recipe, layout: Layout): Strategy<SgpKinds> => {
  const options = sgpOptionsSchema.parse(recipe.strategy)
  const { staleRate = false } = recipe.training
  return {
    name: 'sgp',
    codec: sgpCodec(layout.length),
    protocol: (components) =>
      new SgpProtocol(
        {
          ...roundsIn(recipe.training),
          deadline: { floor: options.deadline.floorMs, ceiling: options.deadline.ceilingMs },
          startPatience: options.startPatienceMs,
          staleRate,
          count: options.targets,
          forwards: recipe.topology.name === 'exponential'
        },
        components
      ),
    compute: (trainer, kept = null) => new SgpCompute(trainer, kept, options.weighting)
  }
}

export const sgp = strategyEntry({
  options: sgpOptionsSchema,
  variants: sgpVariants,
  create: createSgp,
  facts: sgpFacts
})
