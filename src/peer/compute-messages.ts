/** What crosses between the event loop and the compute thread. Only data: jobs, results, bytes. */
import type { Failure } from '../errors.ts'
import type { Kinds, PeerName } from '../strategy/strategy.ts'
import type { Manifest } from '../swarm/manifest.ts'
import type { BackendChoice } from '../training/backends/candidate.ts'
import type { Trouble } from '../training/meter.ts'
import type { Layout } from '../vector/layout.ts'
import type { Saved } from '../vector/saved.ts'
import type { Vector } from '../vector/vector.ts'

export interface ComputeSetup {
  readonly manifest: Manifest
  readonly self: PeerName
  readonly shard: number
  readonly dataPath: string | null
  /** The most that rows may take of memory; null: the usual. */
  readonly maxDataBytes: number | null
  /** Where fetched files are kept; null: where they usually are. */
  readonly cacheFolder: string | null
  readonly weightsPath: string | null
  /** What the replica begins with, instead of what the manifest's seed gives. */
  readonly initialPath: string | null
  /** The module of a model `custom`: a path, or a file: URL. */
  readonly trainer: string | null
  readonly backend: BackendChoice
  readonly diagnostics: boolean
}

/** Train on the parts of public data that are this peer's now. */
export interface DealRequest {
  readonly type: 'deal'
  readonly epoch: number
  /** All that train; this peer counts as one in any case. */
  readonly trainers: readonly PeerName[]
}

export type ComputeRequest =
  | { readonly type: 'job'; readonly job: Kinds['job'] }
  /** Answers with the training since the last measure, and the test set's figures if wanted. */
  | { readonly type: 'measure'; readonly evaluate: boolean }
  /** Writes the replica (and what mixing has added to it, with diagnostics) as safetensors. */
  | { readonly type: 'save'; readonly path: string }
  /** Answers with a copy of the replica. */
  | { readonly type: 'replica' }
  /** Answers with a copy of the replica and the hash of its float32 values. */
  | { readonly type: 'portable' }
  /** Answers with that hash. */
  | { readonly type: 'digest' }
  /** Answers with the replica's hash, for strategies that have one. */
  | { readonly type: 'fingerprint' }
  | DealRequest

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
  /** Processor time of the compute thread since its start; null where it is not known. */
  readonly cpuSeconds: number | null
}

export interface DealAnswer {
  readonly type: 'deal'
  readonly parts: number
  /** Of the parts those that it trains on; others do not fit into memory, or could not be read. */
  readonly trainedOn: number
  readonly rows: number
  readonly classes: readonly number[] | null
  /** What it took. */
  readonly seconds: number
  /** Why the parts could not be read; null: they have been. */
  readonly refused: string | null
}

export type ComputeAnswer =
  | { readonly type: 'job'; readonly result: Kinds['result'] }
  | { readonly type: 'measure'; readonly measure: Measure }
  /** `refused`: why the disk did not take it; null: it has. */
  | { readonly type: 'save'; readonly refused: string | null }
  | { readonly type: 'replica'; readonly replica: Vector }
  /** `hash`: SHA-256 of the float32 values in layout order, little-endian; hexadecimal. */
  | { readonly type: 'portable'; readonly replica: Vector; readonly hash: string }
  | { readonly type: 'digest'; readonly hash: string }
  | DealAnswer
  | { readonly type: 'fingerprint'; readonly fingerprint: string | null }

export type ComputeReply =
  /** Before `ready`: the share of the data that has been read, 0..1. */
  | { readonly type: 'loading'; readonly done: number }
  /** Before that: bytes of public data that have come. */
  | { readonly type: 'fetching'; readonly done: number; readonly total: number }
  /** Before `ready`: something that the operator should read. */
  | { readonly type: 'notice'; readonly text: string }
  | {
      readonly type: 'ready'
      /** With the hash of what the replica begins with, where that is a file. */
      readonly manifest: Manifest
      readonly backend: string
      readonly explanation: readonly string[]
      readonly layout: Layout
      /** Training rows of this peer's shard. */
      readonly rows: number
      readonly classes: readonly number[] | null
      /** Of memory, about. */
      readonly bytes: { readonly engine: number; readonly data: number }
    }
  | { readonly type: 'answer'; readonly answer: ComputeAnswer }
  | ({ readonly type: 'failed' } & Failure)

/** A job or a result with bytes that whoever gets it may have for good: nobody else needs them. */
interface Giving {
  readonly bytes?: Uint8Array<ArrayBuffer>
  readonly gives?: boolean
}

const given = ({ bytes, gives = false }: Giving): ArrayBuffer[] =>
  gives && bytes !== undefined ? [bytes.buffer] : []

/** The same of what is asked. */
export const transferIn = (request: ComputeRequest): ArrayBuffer[] =>
  request.type === 'job' ? given(request.job as Giving) : []

/** What need not be copied on its way: copies that nobody else has. */
export const transferOf = (answer: ComputeAnswer): ArrayBuffer[] => {
  if (answer.type === 'replica' || answer.type === 'portable') return [answer.replica.buffer]
  if (answer.type !== 'job') return []
  if (answer.result.kind !== 'checkpoint') return given(answer.result as Giving)
  const { compute } = answer.result as { readonly kind: 'checkpoint'; readonly compute: Saved }
  return [...new Set(Object.values(compute.vectors).map(({ buffer }) => buffer))]
}
