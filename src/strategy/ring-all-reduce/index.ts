/** Ring all-reduce as a strategy: docs/strategies/ring-all-reduce.md. */
import { sha256 as noble } from '@noble/hashes/sha2.js'
import { createCompressor } from '../../compression/index.ts'
import type { Recipe } from '../../swarm/recipe.ts'
import type { Layout } from '../../vector/layout.ts'
import type { Bytes } from '../../vector/vector.ts'
import { wireLimits } from '../../wire/limits.ts'
import type { SwarmContext } from '../context.ts'
import { strategyEntry } from '../entry.ts'
import type { Strategy } from '../strategy.ts'
import { ringCodec } from './codec.ts'
import { RingCompute } from './compute.ts'
import { ringFacts } from './facts.ts'
import type { RingKinds } from './kinds.ts'
import { ringOptionsSchema } from './options.ts'
import { RingProtocol } from './protocol.ts'
import { protocolOptionsOf } from './protocol-options.ts'
import { ringVariants } from './variants.ts'

const FLOAT = 4

export const createRingAllReduce = (
  recipe: Recipe,
  layout: Layout,
  { peers, sha256 = (bytes) => noble(bytes) as Bytes }: SwarmContext
): Strategy<RingKinds> => {
  const options = ringOptionsSchema.parse(recipe.strategy)
  const isUniform = options.weighting === 'uniform'
  const compressor = createCompressor(recipe.compression)
  const isExact = recipe.compression.name === 'none'
  const bucket = options.bucketBytes / FLOAT
  const codec = ringCodec(Math.max(options.bucketBytes, compressor.maxBytes(bucket)))
  const protocolOptions = protocolOptionsOf({
    ...{ options, training: recipe.training, compressor, isExact, parameters: layout.length },
    planned: peers,
    window: wireLimits(codec.maxBody).window
  })
  return {
    name: 'ring-all-reduce',
    topology: ringFacts.topology,
    codec,
    protocol: (components) => new RingProtocol(protocolOptions, components),
    compute: (trainer, kept = null) =>
      new RingCompute(
        {
          compressor,
          exact: isExact,
          chunkBytes: options.bucketBytes,
          sha256,
          ...(isUniform && { examples: recipe.training.batch })
        },
        trainer,
        kept
      )
  }
}

export const ringAllReduce = strategyEntry({
  options: ringOptionsSchema,
  variants: ringVariants,
  create: createRingAllReduce,
  facts: ringFacts
})
