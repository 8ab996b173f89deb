import { createCompressor } from '../../compression/index.ts'
import { momentsOf } from '../../swarm/moments.ts'
import { heldWhole, noAveraging, recipeRule, type StrategyFacts, sendsAll } from '../facts.ts'
import { KIND, PIECE_HEADER } from './codec.ts'
import { memberProblems, ringOptionsSchema } from './options.ts'

export const ringFacts = {
  kinds: KIND,
  topology: { name: 'full' },
  mixes: false,
  staleRate: false,
  budget: false,
  endsTogether: false,
  sentShare: sendsAll,
  held: ({ compression, training }) => {
    const feedback = compression.name === 'none' ? 0 : 1
    return {
      ...heldWhole({
        // The replica, the own part and the sum; what codes lose, of this step and the next, and to code it;
        // what waits for the next member; a state on its way here.
        vectors: 3 + 3 * feedback + 1 + (1 + momentsOf(training.optimizer)),
        kept: 2 + feedback,
        perNeighbour: 0
      }),
      isDense: false
    }
  },
  // Once around the ring to be added, once to be told.
  roundBytes: ({ compression, shards }, parameters) =>
    (2 * (shards - 1) * createCompressor(compression).maxBytes(parameters)) / shards,
  largestBody: ({ strategy }, parameters) =>
    Math.min(ringOptionsSchema.parse(strategy).bucketBytes, 4 * parameters) + PIECE_HEADER,
  problems: memberProblems,
  rules: [
    recipeRule(['compression'], ({ compression }) =>
      ['none', 'int8'].includes(compression.name)
        ? []
        : [
            {
              path: 'compression.name',
              rule: 'ring-all-reduce sends sums, which int8 codes and none leaves as they are',
              remedy: 'choose none or int8'
            }
          ]
    ),
    noAveraging(
      'replicas that begin apart stay apart with ring-all-reduce, which gives all the same gradient'
    )
  ]
} satisfies StrategyFacts
