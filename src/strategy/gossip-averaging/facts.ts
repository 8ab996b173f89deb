import { createCompressor } from '../../compression/index.ts'
import type { Manifest } from '../../swarm/manifest.ts'
import {
  EXCHANGE_BYTES,
  heldWhole,
  mostNeighbours,
  noProblems,
  type StrategyFacts,
  sendsAll,
  wholeBody
} from '../facts.ts'
import { KIND } from './codec.ts'
import { gossipOptionsSchema } from './options.ts'

/** Of what mixes along edges: the replica, both copies of each edge, and what diagnostics add. */
export const heldByEdges = (slowMomentum: number, diagnostics: boolean) => {
  const slow = slowMomentum > 0 ? 2 : 0
  // What mixing has added is float64.
  const mixed = diagnostics ? 2 : 0
  return heldWhole({ vectors: 2 + slow + mixed, kept: 1 + slow + mixed, perNeighbour: 2 })
}

/** One message for each neighbour and round. */
export const exchangedBytes = (
  { topology, compression, shards }: Manifest,
  parameters: number
): number => {
  const payload = createCompressor(compression).maxBytes(parameters)
  return mostNeighbours(topology, shards) * (EXCHANGE_BYTES + payload)
}

export const gossipFacts: StrategyFacts = {
  kinds: KIND,
  topology: null,
  mixes: true,
  staleRate: true,
  budget: false,
  endsTogether: false,
  sentShare: sendsAll,
  held: ({ strategy }, _parameters, diagnostics) =>
    heldByEdges(gossipOptionsSchema.parse(strategy).slowMomentum, diagnostics),
  roundBytes: exchangedBytes,
  largestBody: wholeBody,
  problems: noProblems,
  rules: []
}
