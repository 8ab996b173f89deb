/** What the baselines' threads are asked for, and what they answer. Structured-cloneable. */
import type { Failure } from '../../errors.ts'
import type { BaselineName } from '../../storage/results.ts'
import type { BenchOptions } from '../../training/bench.ts'

/** One replica to train and to measure. */
export interface Job {
  readonly baseline: BaselineName
  /** Whose rows; the baselines that train on all shards have the one replica 0. */
  readonly replica: number
  readonly learningRate: number
  /** To choose a rate by: trained without the held-out rows and measured on them, not on the test set. */
  readonly tuning: boolean
}

export interface Score {
  readonly accuracy: number | null
  readonly loss: number
  /** What the method would send; see bytes.ts. */
  readonly bytesPerPeer: number
}

export interface ThreadSetup {
  /** The scenario's own data. */
  readonly own: BenchOptions
  /** With rows held out. */
  readonly tuning: BenchOptions
}

export type Report =
  | { readonly type: 'steps'; readonly count: number }
  | { readonly type: 'done'; readonly score: Score }
  | ({ readonly type: 'failed' } & Failure)
