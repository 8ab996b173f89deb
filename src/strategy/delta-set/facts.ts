import { noAveraging, noProblems, recipeRule, type StrategyFacts } from '../facts.ts'
import { deltaBytes } from './budget.ts'
import { KIND } from './codec.ts'
import { defaultControl, deltaOptionsSchema, logBytesOf, maxDensityOf } from './options.ts'

/** An index and a value of a decoded delta; one decoder on either thread, and an encoder. */
const CODE_BYTES = 8
const CODES = 3

/** A delta's place and value, as the index code comes out at densities around one per cent; its head. */
const BITS_PER_VALUE = 9
const HEAD_BYTES = 256

export const deltaFacts: StrategyFacts = {
  kinds: KIND,
  topology: null,
  mixes: false,
  staleRate: false,
  budget: true,
  endsTogether: true,
  sentShare: (options) => Number(options['density']),
  held: ({ strategy, training }, parameters) => {
    const options = deltaOptionsSchema.parse(strategy)
    const control = options.controlVariates ?? defaultControl(training.optimizer)
    const corrections = control === 0 ? 0 : 1
    return {
      // The fixed-point base, the replica and the residual; and a snapshot for who joins.
      vectors: 3 + corrections + 1,
      kept: 3 + corrections,
      perNeighbour: 0,
      isDense: false,
      logBytes: logBytesOf(options, parameters),
      codeBytes: CODES * CODE_BYTES * maxDensityOf(options) * parameters,
      recordBytes: (options.density * parameters * BITS_PER_VALUE) / 8 + HEAD_BYTES
    }
  },
  // Every message of every other member once.
  roundBytes: ({ strategy, shards }, parameters) => {
    const { density, values } = deltaOptionsSchema.parse(strategy)
    const valueBits = values === 'one-bit' ? 1 : 2
    return Math.max(1, shards - 1) * deltaBytes(density, { parameters, valueBits })
  },
  largestBody: ({ strategy }, parameters) =>
    deltaBytes(maxDensityOf(deltaOptionsSchema.parse(strategy)), { parameters, valueBits: 2 }),
  problems: noProblems,
  rules: [
    noAveraging('replicas that begin apart stay apart with delta-set, which only adds to them'),
    recipeRule(['compression'], ({ compression }) =>
      compression.name === 'none'
        ? []
        : [
            {
              path: 'compression',
              rule: 'delta-set has a code of its own',
              remedy:
                'remove it; strategy.density and strategy.values choose how sparse and how fine it is'
            }
          ]
    )
  ]
}
