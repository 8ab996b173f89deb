import { createCompressor } from '../../compression/index.ts'
import {
  EXCHANGE_BYTES,
  heldWhole,
  noAveraging,
  recipeRule,
  type StrategyFacts,
  sendsAll
} from '../facts.ts'
import { KIND } from '../parameter-server/codec.ts'
import { momentsOf } from '../parameter-server/server-optimizer.ts'
import {
  drawnOf,
  federatedOptionsSchema,
  federatedProblems,
  localProblems,
  replicasOf
} from './options.ts'

export const federatedFacts = {
  kinds: KIND,
  topology: { name: 'full' },
  mixes: false,
  staleRate: false,
  budget: false,
  endsTogether: false,
  sentShare: sendsAll,
  // What a client has, and what a coordinator has beside it, as every peer may be one.
  held: ({ strategy, compression }) => {
    const { algorithm, server } = federatedOptionsSchema.parse(strategy)
    const residual = compression.name === 'none' ? 0 : 1
    const hasControl = algorithm.name === 'scaffold'
    // The model, and c behind it.
    const given = hasControl ? 2 : 1
    const pieces = 2 + momentsOf(server)
    // c_i, c - c_i and the next c_i; or what pulls the steps back.
    const local = hasControl ? 3 : algorithm.name === 'fedprox' ? 1 : 0
    return heldWhole({
      // What is decoded; the update and its code; all pieces again while they are copied or taken.
      vectors: 1 + given + residual + local + given * (2 * pieces + 3),
      kept: 1 + given + residual + (hasControl ? 2 : 0) + given * pieces,
      perNeighbour: 0
    })
  },
  roundBytes: ({ strategy, compression, shards }, parameters) => {
    const options = federatedOptionsSchema.parse(strategy)
    const payload = createCompressor(compression).maxBytes(parameters)
    const vectors = options.algorithm.name === 'scaffold' ? 2 : 1
    // Who is drawn is sent the model, and its update goes to the coordinator and from there to the standbys.
    const each = vectors * (replicasOf(options, shards) * payload + 4 * parameters)
    return shards === 1 ? 0 : (drawnOf(options, shards) * each) / shards
  },
  largestBody: ({ strategy }, parameters) => {
    const { algorithm } = federatedOptionsSchema.parse(strategy)
    return (algorithm.name === 'scaffold' ? 8 : 4) * parameters + EXCHANGE_BYTES
  },
  problems: federatedProblems,
  rules: [
    noAveraging('a coordinator gives out one model, and none of those that begin apart'),
    recipeRule(['strategy', 'training'], localProblems)
  ]
} satisfies StrategyFacts
