import { z } from 'zod'
import type { OptimizerConfig } from '../../swarm/recipe.ts'
import { weightingSchema } from '../weighting.ts'

const MAX_DENSITY = 0.25

/** docs/strategies/delta-set.md says what each does, and which sweeps chose the defaults. */
export const deltaOptionsSchema = z
  .strictObject({
    name: z.literal('delta-set'),
    /** Share of the parameters that a delta holds. */
    density: z.number().gt(0).max(MAX_DENSITY).default(0.01),
    values: z.enum(['one-bit', 'two-level']).default('one-bit'),
    selection: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('global') }),
        z.strictObject({ kind: z.literal('chunk'), size: z.int().min(64).max(65_536) })
      ])
      .default({ kind: 'global' }),
    /** Swarm-wide step: a delta's weight is min(1, alpha / N). @default by optimiser */
    alpha: z.number().gt(0).max(64).optional(),
    /** What deltas count by, beside alpha / N: all alike without. */
    weighting: weightingSchema.optional(),
    /** Strength of the control variates; 0: none. @default by optimiser */
    controlVariates: z.number().min(0).max(1).optional(),
    /** Share of the residual that outlives a round. */
    decay: z.number().gt(0).max(1).default(0.999),
    /** Halve alpha when the swarm's loss rises. */
    guard: z.boolean().default(true),
    /** Largest change that one delta may make to one parameter. */
    maxScale: z.number().gt(0).max(64).default(4),
    /** Largest share of the parameters that anybody's delta may hold. @default the larger of 0.1 and density */
    maxDensity: z.number().gt(0).max(MAX_DENSITY).optional(),
    /** Most local steps of a round, where a byte budget asks for longer ones. */
    maxLocalSteps: z.int().min(1).max(10_000).default(32),
    /** Shortest time between the beginnings of two rounds of a peer. */
    intervalMs: z.number().min(0).max(3_600_000).default(0),
    /** Rounds that a peer may be ahead of what it has heard: faster on slow links, and less accurate. */
    staleness: z.int().min(0).max(4).default(0),
    /** Bounds of the adaptive wait for the other origins, in milliseconds. */
    deadline: z
      .strictObject({
        floorMs: z.number().min(1).max(3_600_000).default(20),
        ceilingMs: z.number().min(1).max(3_600_000).default(10_000)
      })
      .prefault({})
      .refine(({ floorMs, ceilingMs }) => floorMs <= ceilingMs, {
        message: 'the floor must not be above the ceiling'
      }),
    /** Bytes of deltas that a peer keeps for those who lack them. @default as many as a replica has, at least 256 KiB */
    logBytes: z
      .int()
      .min(1024)
      .max(2 ** 40)
      .optional(),
    /** Peers that may lie: snapshots are signed by one more before they are taken, where so many can be found. */
    faulty: z.int().min(0).max(64).default(1),
    /** How long a starting peer waits for its first neighbours, and for what it lacks, before it trains. */
    startPatienceMs: z.number().min(0).max(3_600_000).default(20_000)
  })
  .refine(({ density, maxDensity }) => maxDensity === undefined || density <= maxDensity, {
    path: ['density'],
    message: 'must not be above maxDensity'
  })

export type DeltaOptions = z.output<typeof deltaOptionsSchema>

const USUAL_MAX_DENSITY = 0.1

export const maxDensityOf = ({ density, maxDensity }: DeltaOptions): number =>
  maxDensity ?? Math.max(USUAL_MAX_DENSITY, density)

/** Deltas for those who lack them take as much memory as a replica, and at least this. */
const MIN_LOG_BYTES = 1 << 18

export const logBytesOf = ({ logBytes }: DeltaOptions, parameters: number): number =>
  logBytes ?? Math.max(MIN_LOG_BYTES, 4 * parameters)

/** Error feedback averages already: the more the local optimiser does so, too, the smaller is alpha. */
export const defaultAlpha = (optimizer: OptimizerConfig): number => {
  if (optimizer.name === 'adam') return optimizer.beta1 <= 0.6 ? 8 : 4
  return optimizer.name === 'sgd' && optimizer.momentum > 0 ? 2 : 4
}

/** Adam divides by what the correction would change. */
export const defaultControl = (optimizer: OptimizerConfig): number =>
  optimizer.name === 'sgd' && optimizer.momentum > 0 ? 1 : 0

/** How much of its last direction the optimiser keeps. */
export const momentumOf = (optimizer: OptimizerConfig): number => {
  switch (optimizer.name) {
    case 'sgd':
      return optimizer.momentum
    case 'adam':
    case 'lion':
      return optimizer.beta1
    case 'rmsprop':
    case 'adagrad':
      return 0
  }
}
