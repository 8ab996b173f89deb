/** DiLoCo as a strategy: docs/strategies/diloco.md. */
import { createCompressor } from '../../compression/index.ts'
import type { Recipe } from '../../swarm/recipe.ts'
import type { Layout } from '../../vector/layout.ts'
import type { SwarmContext } from '../context.ts'
import { strategyEntry } from '../entry.ts'
import { roundsIn } from '../rounds.ts'
import type { Strategy } from '../strategy.ts'
import { dilocoCodec } from './codec.ts'
import { DilocoCompute, hashOf } from './compute.ts'
import { dilocoFacts } from './facts.ts'
import type { DilocoKinds } from './kinds.ts'
import { dilocoOptionsSchema } from './options.ts'
import { DilocoProtocol } from './protocol.ts'
import { dilocoVariants } from './variants.ts'

export const createDiloco = (
  recipe: Recipe,
  layout: Layout,
  { sha256 = hashOf }: Pick<SwarmContext, 'sha256'>
): Strategy<DilocoKinds> => {
  const options = dilocoOptionsSchema.parse(recipe.strategy)
  const compressor = createCompressor(recipe.compression)
  return {
    name: 'diloco',
    topology: dilocoFacts.topology,
    codec: dilocoCodec(compressor, layout.length),
    protocol: (components) =>
      new DilocoProtocol(
        {
          ...roundsIn(recipe.training),
          staleness: options.staleness,
          deadline: { floor: options.deadline.floorMs, ceiling: options.deadline.ceilingMs },
          startPatience: options.startPatienceMs,
          minorityPatience: options.minorityPatienceMs
        },
        components
      ),
    compute: (trainer, kept = null) =>
      new DilocoCompute(
        {
          outerRate: options.outerRate,
          outerMomentum: options.outerMomentum,
          weighting: options.weighting,
          compressor,
          sha256
        },
        trainer,
        kept
      )
  }
}

export const diloco = strategyEntry({
  options: dilocoOptionsSchema,
  variants: dilocoVariants,
  create: createDiloco,
  facts: dilocoFacts
})
