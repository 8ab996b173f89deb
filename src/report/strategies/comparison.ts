/** comparison.json: strategies side by side on one scenario. docs/comparing.md explains each field. */
import type { Interval } from './interval.ts'

/** What is compared: test accuracy (0 to 1, more is better), or test loss where a model has no accuracy. */
export type Measure = 'accuracy' | 'loss'

/** One moment of a run, or the mean over the seeds of such moments. */
export interface CurvePoint {
  readonly round: number
  /** Sent by each peer since the start, and the time since then: means over the peers. */
  readonly bytes: number
  readonly seconds: number
  readonly quality: number
}

export interface MeanPoint extends Omit<CurvePoint, 'quality'> {
  readonly quality: Interval
}

export interface RunFigures {
  /** Mean over the peers that finished; null where the run diverged. */
  readonly quality: number | null
  readonly worst: number | null
  readonly bytesPerPeer: number
  readonly bytesWorstPeer: number
  /** Until the last round ended. */
  readonly seconds: number | null
  readonly curve: readonly CurvePoint[]
}

/** One run with one seed. */
export interface ComparedRun {
  readonly seed: number
  readonly folder: string
  /** Why it failed; null where it did not. */
  readonly failed: string | null
  readonly quality: number | null
  /** Sent by each peer, and time, when the goal was reached for the first time; null: never. */
  readonly goal: { readonly bytes: number; readonly seconds: number } | null
}

/** `asked`: the scenario as it is; the others change one thing about it. */
export type ConditionKind = 'asked' | 'peers' | 'loss' | 'churn'

export interface Condition {
  readonly kind: ConditionKind
  readonly peers: number
  /** In a sentence: `12 peers`, `1 % of the frames lost`. */
  readonly text: string
  /** On an axis, unique among a comparison's conditions: `12 peers`, `1 % loss`. */
  readonly label: string
}

/** A strategy under one condition, over all seeds. */
export interface ConditionResult extends Condition {
  readonly runs: readonly ComparedRun[]
  readonly quality: Interval | null
  readonly worst: Interval | null
  readonly bytesPerPeer: Interval | null
  readonly bytesWorstPeer: Interval | null
  readonly seconds: Interval | null
  /** Over the seeds that reached the goal. */
  readonly goalBytes: Interval | null
  readonly goalSeconds: Interval | null
  readonly curve: readonly MeanPoint[]
}

/** One setting that was tried on the validation rows. */
export interface TuningTrial {
  readonly label: string
  readonly learningRate: number
  readonly localSteps: number
  /** On the rows kept aside; both null where it diverged or failed. */
  readonly accuracy: number | null
  readonly loss: number | null
  readonly bytesPerPeer: number | null
  readonly chosen: boolean
}

export interface ComparedStrategy {
  readonly strategy: string
  readonly label: string
  readonly learningRate: number
  readonly localSteps: number
  /** Empty where there was nothing to choose. */
  readonly trials: readonly TuningTrial[]
  /** As asked first. */
  readonly conditions: readonly ConditionResult[]
}

/** A strategy that was not run, or not under one of the conditions, and why. */
export interface LeftOut {
  readonly strategy: string
  /** Null: under none. */
  readonly condition: string | null
  readonly reason: string
}

/** How long the median uplink takes for the model in float32, and the median peer for a round's steps. */
export interface Pace {
  readonly sendMs: number
  readonly computeMs: number
}

export interface Recommendation {
  /** Null where there is none to recommend. */
  readonly strategy: string | null
  readonly sentences: readonly string[]
}

export interface Comparison {
  readonly schema: 'swarmgrad/comparison/1'
  readonly name: string
  /** Path of the scenario that every run began from. */
  readonly base: string
  readonly command: readonly string[]
  readonly mode: 'virtual' | 'live'
  readonly peers: number
  readonly seeds: readonly number[]
  readonly measure: Measure
  /** What "reached" means: near the best strategy's result; null where none has one. */
  readonly goal: number | null
  /** Null in live mode: between processes of one machine. */
  readonly pace: Pace | null
  readonly strategies: readonly ComparedStrategy[]
  readonly leftOut: readonly LeftOut[]
  readonly recommendation: Recommendation
}
