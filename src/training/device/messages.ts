/** What crosses between a thread that computes and its device thread. Only data. */
import type { MessagePort } from 'node:worker_threads'
import type { Failure } from '../../errors.ts'
import type { ClipConfig, OptimizerConfig } from '../../swarm/recipe.ts'
import type { Layout } from '../../vector/layout.ts'
import type { Saved } from '../../vector/saved.ts'
import type { Bytes, Vector } from '../../vector/vector.ts'
import type { DescentReport } from '../engine.ts'
import type { PackedBatch } from './packed-batches.ts'
import type { Signal } from './signal.ts'

/** A descender's state lies on the device under its number; the first request about it makes it. */
export interface DescenderKey {
  readonly id: number
  readonly optimizer: OptimizerConfig
  readonly clip: ClipConfig
}

export interface Outcomes {
  /** The loss; the gradient is in `second`. */
  readonly gradient: number
  readonly logits: readonly Vector[]
  readonly descend: DescentReport
  readonly follow: boolean
  readonly save: Saved
  readonly restore: null
}

export type DeviceTask =
  | { readonly type: 'gradient' }
  | { readonly type: 'logits' }
  | {
      readonly type: 'descend'
      readonly descender: DescenderKey
    }
  | { readonly type: 'follow'; readonly descender: DescenderKey; readonly rate: number }
  | { readonly type: 'save'; readonly descender: DescenderKey }
  | { readonly type: 'restore'; readonly descender: DescenderKey; readonly saved: Saved }

/** Its memory is lent: it moves to the device thread and back, and is never copied on the way. */
export interface DeviceRequest {
  readonly task: DeviceTask
  /** Null: this request goes on with that of the one before it. */
  readonly replica: Vector | null
  /** A gradient, memory for one, or a correction. */
  readonly second: Vector | null
  /** What `batches` lie in. */
  readonly bytes: Bytes
  readonly batches: readonly PackedBatch[]
  /** False: logits of more batches will be asked for, or a descent goes on with more. */
  readonly last: boolean
  /** Descenders that nobody can name any more. */
  readonly freed: readonly number[]
}

/** The next steps of a descent. */
export type StepBatches = Pick<DeviceRequest, 'bytes' | 'batches' | 'last'>

/** Or the end of the descent, since there are none to be had. */
export type MoreSteps = StepBatches | 'broken off'

export interface DeviceAnswer {
  readonly outcome: Outcomes[keyof Outcomes]
  /** Null before the last. */
  readonly replica: Vector | null
  readonly second: Vector | null
  readonly bytes: Bytes
}

/** A descent has taken all steps that it knows of, and waits for more. */
export interface DeviceHunger {
  readonly type: 'hungry'
  readonly bytes: Bytes
}

export type DeviceReply =
  | DeviceHunger
  | ({ readonly type: 'answer' } & DeviceAnswer)
  | ({ readonly type: 'failed' } & Failure)

/** The thread's first words. */
export type DeviceGreeting =
  | { readonly type: 'ready'; readonly backend: string; readonly layout: Layout }
  | ({ readonly type: 'failed' } & Failure)

/** `null` asks the thread to end. MoreSteps come only where the thread is hungry. */
export type DeviceMessage = DeviceRequest | MoreSteps | null

export interface DeviceThreadData {
  readonly setup: unknown
  readonly port: MessagePort
  readonly signal: Signal
}
