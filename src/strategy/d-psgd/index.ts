/**
 * Decentralised parallel SGD (Lian et al. 2017, Alg. 1) as a strategy: docs/strategies/d-psgd.md. Gossip
 * averaging's edges and rounds, with whole replicas in float32 and in the order of the paper.
 */
import { none } from '../../compression/none.ts'
import type { Recipe } from '../../swarm/recipe.ts'
import type { Layout } from '../../vector/layout.ts'
import { strategyEntry } from '../entry.ts'
import { gossipCodec } from '../gossip-averaging/codec.ts'
import { GossipCompute } from '../gossip-averaging/compute.ts'
import type { GossipKinds } from '../gossip-averaging/kinds.ts'
import { GossipProtocol } from '../gossip-averaging/protocol.ts'
import { roundsIn } from '../rounds.ts'
import type { Strategy } from '../strategy.ts'
import { dPsgdFacts } from './facts.ts'
import { dPsgdOptionsSchema } from './options.ts'
import { dPsgdVariants } from './variants.ts'

export const createDPsgd = (
  recipe: Recipe,
  layout: Layout,
  { diagnostics }: { readonly diagnostics: boolean }
): Strategy<GossipKinds> => {
  const { weighting, deadline, startPatienceMs } = dPsgdOptionsSchema.parse(recipe.strategy)
  const { staleRate = false } = recipe.training
  const tellsWorth = weighting === 'samples'
  return {
    name: 'd-psgd',
    mutual: true,
    codec: gossipCodec(none, none, layout.length, tellsWorth),
    protocol: (components) =>
      new GossipProtocol(
        {
          ...roundsIn(recipe.training),
          deadline: { floor: deadline.floorMs, ceiling: deadline.ceilingMs },
          startPatience: startPatienceMs,
          exchangesFirst: true,
          weighting,
          staleRate
        },
        components
      ),
    compute: (trainer, kept = null) =>
      new GossipCompute(
        { gamma: 1, slowMomentum: 0, compressor: none, snapshot: none, tellsWorth, diagnostics },
        trainer,
        kept
      )
  }
}

export const dPsgd = strategyEntry({
  options: dPsgdOptionsSchema,
  variants: dPsgdVariants,
  create: createDPsgd,
  facts: dPsgdFacts
})
