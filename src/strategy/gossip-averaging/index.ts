/** Gossip averaging (D-PSGD, CHOCO-SGD) as a strategy: docs/strategies/gossip-averaging.md. */

import { float16 } from '../../compression/float16.ts'
import { createCompressor } from '../../compression/index.ts'
import type { Recipe } from '../../swarm/recipe.ts'
import type { Layout } from '../../vector/layout.ts'
import { strategyEntry } from '../entry.ts'
import { roundsIn } from '../rounds.ts'
import type { Strategy } from '../strategy.ts'
import { gossipCodec } from './codec.ts'
import { GossipCompute } from './compute.ts'
import { gossipFacts } from './facts.ts'
import type { GossipKinds } from './kinds.ts'
import { defaultGamma, gossipOptionsSchema } from './options.ts'
import { GossipProtocol } from './protocol.ts'
import { gossipVariants } from './variants.ts'

export const createGossipAveraging = (
  recipe: Recipe,
  layout: Layout,
  { diagnostics }: { readonly diagnostics: boolean }
): Strategy<GossipKinds> => {
  const options = gossipOptionsSchema.parse(recipe.strategy)
  const compressor = createCompressor(recipe.compression)
  const { staleRate = false } = recipe.training
  const { weighting = 'uniform' } = options
  const tellsWorth = weighting === 'samples'
  return {
    name: 'gossip-averaging',
    mutual: true,
    codec: gossipCodec(compressor, float16, layout.length, tellsWorth),
    protocol: (components) =>
      new GossipProtocol(
        {
          ...roundsIn(recipe.training),
          deadline: { floor: options.deadline.floorMs, ceiling: options.deadline.ceilingMs },
          startPatience: options.startPatienceMs,
          weighting,
          staleRate
        },
        components
      ),
    compute: (trainer, kept = null) =>
      new GossipCompute(
        {
          gamma: options.gamma ?? defaultGamma(recipe.compression),
          slowMomentum: options.slowMomentum,
          compressor,
          snapshot: float16,
          tellsWorth,
          diagnostics
        },
        trainer,
        kept
      )
  }
}

export const gossipAveraging = strategyEntry({
  options: gossipOptionsSchema,
  variants: gossipVariants,
  create: createGossipAveraging,
  facts: gossipFacts
})
