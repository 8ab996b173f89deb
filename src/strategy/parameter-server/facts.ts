import { createCompressor } from '../../compression/index.ts'
import { heldWhole, noAveraging, type StrategyFacts, sendsAll, wholeBody } from '../facts.ts'
import { KIND } from './codec.ts'
import { placeProblems, placesOf, serverOptionsSchema } from './options.ts'
import { momentsOf } from './server-optimizer.ts'

export const serverFacts = {
  kinds: KIND,
  topology: { name: 'full' },
  mixes: false,
  staleRate: false,
  budget: false,
  endsTogether: false,
  sentShare: sendsAll,
  // The replica, what the round began with, and of each shard served its vectors.
  held: ({ strategy, compression, shards: peers }) => {
    const options = serverOptionsSchema.parse(strategy)
    const { shards, replicas } = placesOf(options, peers)
    const residual = compression.name === 'none' ? 0 : 1
    // One more than its share: of somebody who has died.
    const served = Math.min(shards, Math.ceil((shards * replicas) / peers) + 1)
    const moments = momentsOf(options.server)
    // Parameters, what is gathered and what is decoded; while a copy is made or taken, all of them again.
    const working = (2 * served * (3 + moments)) / shards
    return heldWhole({
      vectors: 2 + residual + 2 / shards + working,
      kept: 2 + residual + (served * (2 + moments)) / shards,
      perNeighbour: 0
    })
  },
  roundBytes: ({ strategy, compression, shards: peers }, parameters) => {
    const { replicas } = placesOf(serverOptionsSchema.parse(strategy), peers)
    const payload = createCompressor(compression).maxBytes(parameters)
    // Every update goes to the primary and from there to its backups; the parameters come back whole.
    return peers === 1 ? 0 : replicas * payload + 4 * parameters
  },
  largestBody: wholeBody,
  problems: placeProblems,
  rules: [
    noAveraging('a parameter server gives out one replica, and none of those that begin apart')
  ]
} satisfies StrategyFacts
