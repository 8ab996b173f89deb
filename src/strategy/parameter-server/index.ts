/** A parameter server whose servers are the peers themselves: docs/strategies/parameter-server.md. */
import { createCompressor } from '../../compression/index.ts'
import type { Recipe } from '../../swarm/recipe.ts'
import type { Layout } from '../../vector/layout.ts'
import type { SwarmContext } from '../context.ts'
import { strategyEntry } from '../entry.ts'
import { roundsIn } from '../rounds.ts'
import type { Strategy } from '../strategy.ts'
import { serverCodec } from './codec.ts'
import { ServerCompute } from './compute.ts'
import { serverFacts } from './facts.ts'
import type { ServerKinds } from './kinds.ts'
import { placesOf, serverOptionsSchema } from './options.ts'
import { Placement } from './placement.ts'
import { ServerProtocol } from './protocol.ts'
import { rangesOf } from './ranges.ts'
import { serverVariants } from './variants.ts'

export const createParameterServer = (
  recipe: Recipe,
  layout: Layout,
  { manifest, peers }: SwarmContext
): Strategy<ServerKinds> => {
  const options = serverOptionsSchema.parse(recipe.strategy)
  const places = placesOf(options, peers)
  const shards = Math.min(places.shards, layout.length)
  const { replicas } = places
  const compressor = createCompressor(recipe.compression)
  return {
    name: 'parameter-server',
    topology: serverFacts.topology,
    codec: serverCodec(compressor, rangesOf(layout.length, shards)),
    protocol: (components) =>
      new ServerProtocol(
        {
          options,
          shards,
          replicas,
          planned: peers,
          placement: new Placement(manifest, shards, replicas),
          ...roundsIn(recipe.training)
        },
        components
      ),
    compute: (trainer, kept = null) =>
      new ServerCompute({ shards, compressor, optimizer: options.server }, trainer, kept)
  }
}

export const parameterServer = strategyEntry({
  options: serverOptionsSchema,
  variants: serverVariants,
  create: createParameterServer,
  facts: serverFacts
})
