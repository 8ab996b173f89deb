import { createCompressor } from '../../compression/index.ts'
import {
  EXCHANGE_BYTES,
  heldWhole,
  mostNeighbours,
  noProblems,
  type StrategyFacts,
  sendsAll,
  wholeBody
} from '../facts.ts'
import { sentAsIs } from '../sent-as-is.ts'
import { KIND } from './codec.ts'
import { sgpOptionsSchema } from './options.ts'

export const sgpFacts: StrategyFacts = {
  kinds: KIND,
  topology: null,
  // Mass is pushed: there is no mixing matrix.
  mixes: false,
  staleRate: true,
  budget: false,
  endsTogether: false,
  sentShare: sendsAll,
  // Replica, mass, what local steps began with; the sums of a flow in each direction.
  held: () => heldWhole({ vectors: 3, kept: 2, perNeighbour: 2 }),
  roundBytes: ({ strategy, topology, compression, shards }, parameters) => {
    const { targets } = sgpOptionsSchema.parse(strategy)
    const payload = createCompressor(compression).maxBytes(parameters)
    return Math.min(targets, mostNeighbours(topology, shards)) * (EXCHANGE_BYTES + payload)
  },
  largestBody: wholeBody,
  problems: noProblems,
  rules: [sentAsIs('sgp')]
}
