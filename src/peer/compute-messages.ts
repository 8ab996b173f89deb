/** What crosses between the event loop and the compute thread. Only data: jobs, results, bytes. */
import type { Failure } from '../errors.ts'
import type { Kinds } from '../strategy/strategy.ts'
import type { Manifest } from '../swarm/manifest.ts'
import type { BackendChoice } from '../training/backends/candidate.ts'
import type { Trouble } from '../training/meter.ts'
import type { Layout } from '../vector/layout.ts'

export interface ComputeSetup {
  readonly manifest: Manifest
  readonly shard: number
  readonly dataPath: string | null
  readonly weightsPath: string | null
  readonly backend: BackendChoice
  readonly diagnostics: boolean
}

export type ComputeRequest =
  | { readonly type: 'job'; readonly job: Kinds['job'] }
  /** Answers with the training since the last measure, and the test set's figures if wanted. */
  | { readonly type: 'measure'; readonly evaluate: boolean }
  /** Writes the replica (and what mixing has added to it, with diagnostics) as safetensors. */
  | { readonly type: 'save'; readonly path: string }
  /** Answers with the replica's hash, for strategies that have one. */
  | { readonly type: 'fingerprint' }

export interface Measure {
  readonly loss: number | null
  /** Whether that loss is no number, or far above that of guessing. */
  readonly diverging: boolean
  /** Since the start. */
  readonly trouble: Trouble
  readonly accuracy: number | null
  readonly testLoss: number | null
  /** Seconds of the compute thread spent on jobs since the start. */
  readonly computeSeconds: number
}

export type ComputeAnswer =
  | { readonly type: 'job'; readonly result: Kinds['result'] }
  | { readonly type: 'measure'; readonly measure: Measure }
  | { readonly type: 'save' }
  | { readonly type: 'fingerprint'; readonly fingerprint: string | null }

export type ComputeReply =
  /** Before `ready`: the share of the data that has been read, 0..1. */
  | { readonly type: 'loading'; readonly done: number }
  | {
      readonly type: 'ready'
      readonly backend: string
      readonly explanation: readonly string[]
      readonly layout: Layout
      /** Training rows of this peer's shard. */
      readonly rows: number
      readonly classes: readonly number[] | null
    }
  | { readonly type: 'answer'; readonly answer: ComputeAnswer }
  | ({ readonly type: 'failed' } & Failure)
