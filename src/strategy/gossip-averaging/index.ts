/** Gossip averaging (D-PSGD, CHOCO-SGD) as a strategy: docs/strategies/gossip-averaging.md. */

import { float16 } from '../../compression/float16.ts'
import { createCompressor } from '../../compression/index.ts'
import { type Recipe, roundsOf } from '../../swarm/recipe.ts'
import type { Layout } from '../../vector/layout.ts'
import type { Strategy } from '../strategy.ts'
import { gossipCodec } from './codec.ts'
import { GossipCompute } from './compute.ts'
import type { GossipKinds } from './kinds.ts'
import { defaultGamma, gossipOptionsSchema } from './options.ts'
import { GossipProtocol } from './protocol.ts'

export const createGossipAveraging = (
  recipe: Recipe,
  layout: Layout,
  { diagnostics }: { readonly diagnostics: boolean }
): Strategy<GossipKinds> => {
  const options = gossipOptionsSchema.parse(recipe.strategy)
  const compressor = createCompressor(recipe.compression)
  const { localSteps, steps } = recipe.training
  return {
    name: 'gossip-averaging',
    mutual: true,
    codec: gossipCodec(compressor, float16, layout.length),
    protocol: (components) =>
      new GossipProtocol(
        {
          rounds: roundsOf(recipe.training),
          stepsOf: (round) => Math.min(localSteps, steps - round * localSteps),
          firstStepOf: (round) => round * localSteps,
          deadline: { floor: options.deadline.floorMs, ceiling: options.deadline.ceilingMs },
          startPatience: options.startPatienceMs
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
          diagnostics
        },
        trainer,
        kept
      )
  }
}
