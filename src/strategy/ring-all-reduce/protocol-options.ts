/** What the protocol half has to know of a recipe. */
import type { Compressor } from '../../compression/compressor.ts'
import { roundsOf, type TrainingConfig } from '../../swarm/recipe.ts'
import type { Bytes } from '../../vector/vector.ts'
import type { PaceLimits } from '../pace.ts'
import type { Milliseconds } from '../strategy.ts'
import type { RingOptions } from './options.ts'
import { MAX_TEXT } from './state-stream.ts'

export interface RingProtocolOptions {
  readonly parameters: number
  readonly planned: number
  /** Steps in all. */
  readonly rounds: number
  /** Batches of a step for each member that trains, on average. */
  readonly batchesOf: (step: number) => number
  /** A step's first number in the schedule. */
  readonly firstOf: (step: number) => number
  readonly balance: boolean
  readonly bucketBytes: number
  /** Bytes under way to the next member. */
  readonly window: number
  readonly maxStateBytes: number
  /** Whether these bytes can be a code of so many elements. */
  readonly isCode: (bytes: Bytes, elements: number) => boolean
  readonly deadline: PaceLimits
  readonly splitMs: Milliseconds | null
  readonly startPatience: Milliseconds
}

export interface RingSetting {
  readonly options: RingOptions
  readonly training: TrainingConfig
  readonly compressor: Compressor
  /** Nothing is lost by it. */
  readonly isExact: boolean
  readonly parameters: number
  readonly planned: number
  readonly window: number
}

/** Vectors of an optimiser's state, and the replica: no optimiser has more. */
const MOST_VECTORS = 3
const FLOAT = 4

export const protocolOptionsOf = (setting: RingSetting): RingProtocolOptions => {
  const { options, training, compressor, isExact, parameters, planned, window } = setting
  const { localSteps, steps } = training
  const { balance, bucketBytes, deadline, splitMs, startPatienceMs } = options
  return {
    ...{ parameters, planned, balance, bucketBytes, window, splitMs },
    rounds: roundsOf(training),
    batchesOf: (step) => Math.min(localSteps, steps - step * localSteps),
    firstOf: (step) => step * localSteps,
    maxStateBytes: MAX_TEXT + MOST_VECTORS * FLOAT * parameters,
    // Of plain float32 any bytes are one: whoever is given values that are not finite takes no step.
    isCode: (bytes, elements) =>
      isExact ? bytes.length === FLOAT * elements : compressor.check(bytes, elements) === null,
    deadline: { floor: deadline.floorMs, ceiling: deadline.ceilingMs },
    startPatience: startPatienceMs
  }
}
