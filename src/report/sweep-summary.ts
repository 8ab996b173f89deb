/** What a sweep reports of every cell, in this order. `null` in a cell: no run of it has that figure. */
export const SWEEP_METRICS = [
  'accuracy',
  'worst',
  'consensusModel',
  'validation',
  'loss',
  /** Test accuracy of the baselines, where the scenario asks for them. */
  'alone',
  'centralised',
  'allReduce',
  'bytesPerPeer',
  'distance',
  'roundsToGoal',
  'rate',
  'predictedRate',
  'virtualSeconds'
] as const

export type SweepMetricName = (typeof SWEEP_METRICS)[number]

/** Over the seeds of a cell; `deviation` is the sample's standard deviation (0 when `n` is 1). */
export interface SweepMetric {
  readonly mean: number
  readonly deviation: number
  readonly n: number
}

/** One path of the scenario and the values given for it, as they were written. */
export interface SweepAxis {
  readonly path: string
  readonly values: readonly string[]
}

/** One combination of settings, over its seeds. */
export interface SweepCell {
  /** Value by path, one for every axis. */
  readonly settings: Readonly<Record<string, string>>
  readonly seeds: readonly number[]
  /** Runs that ended with an error; they are in no mean. */
  readonly failed: number
  readonly metrics: Readonly<Record<SweepMetricName, SweepMetric | null>>
  /** Folders of the runs, relative to the sweep's. */
  readonly runs: readonly string[]
}

/** A whole sweep, as the report lays it out. */
export interface SweepSummary {
  readonly name: string
  /** Path of the scenario that every run began from. */
  readonly base: string
  /** The command line that made the sweep. */
  readonly command: readonly string[]
  readonly axes: readonly SweepAxis[]
  readonly cells: readonly SweepCell[]
}
