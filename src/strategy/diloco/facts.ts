import { createCompressor } from '../../compression/index.ts'
import {
  EXCHANGE_BYTES,
  heldWhole,
  noAveraging,
  noProblems,
  type StrategyFacts,
  sendsAll,
  wholeBody
} from '../facts.ts'
import { KIND } from './codec.ts'

export const dilocoFacts = {
  kinds: KIND,
  // A part goes to everybody.
  topology: { name: 'full' },
  mixes: false,
  staleRate: false,
  budget: false,
  endsTogether: false,
  sentShare: sendsAll,
  // Replica, theta, momentum, residual, and three of one step, its sum in float64; the parts of two rounds.
  held: () => heldWhole({ vectors: 8, kept: 4, perNeighbour: 2 }),
  roundBytes: ({ shards, compression }, parameters) =>
    (shards - 1) * (EXCHANGE_BYTES + createCompressor(compression).maxBytes(parameters)),
  largestBody: wholeBody,
  problems: noProblems,
  rules: [
    noAveraging('replicas that begin apart are not averaged by diloco, which has one for all')
  ]
} satisfies StrategyFacts
