import { SHARE_ENV, Worker } from 'node:worker_threads'
import { errorOf, RunFailedError } from '../errors.ts'
import type { Manifest } from '../swarm/manifest.ts'
import type { Layout } from '../vector/layout.ts'
import { workerEntry } from '../worker-entry.ts'
import {
  type ComputeAnswer,
  type ComputeReply,
  type ComputeRequest,
  type ComputeSetup,
  transferIn
} from './compute-messages.ts'

/** This end of the compute thread: requests go in, answers come back in the same order. */
export interface ComputeThread {
  /** With the hash of what the replica begins with, where that is a file. */
  readonly manifest: Manifest
  readonly backend: string
  /** Why this one and none of the others, in sentences for a log. */
  readonly explanation: readonly string[]
  readonly layout: Layout
  /** Training rows that it has now. */
  readonly rows: number
  /** Of them, those of every class; null for models without classes. */
  readonly classes: readonly number[] | null
  /** Of memory, about. */
  readonly bytes: { readonly engine: number; readonly data: number }
  request(request: ComputeRequest, answered: (answer: ComputeAnswer) => void): void
  /** Runs `then` once everything asked for so far has been answered. */
  afterAll(then: () => void): void
  stop(): Promise<void>
}

interface Waiting {
  readonly answered: (answer: ComputeAnswer) => void
  readonly afterwards: Array<() => void>
}

const answer = (waiting: Waiting | undefined, result: ComputeAnswer): void => {
  waiting?.answered(result)
  for (const then of waiting?.afterwards ?? []) then()
}

export interface ComputeHandlers {
  /** The share of the data that has been read, 0..1. */
  readonly loading: (done: number) => void
  /** Bytes of public data that have come. */
  readonly fetching?: (done: number, total: number) => void
  /** Something that the operator should read. */
  readonly notice?: (text: string) => void
  /** The thread failed after it had been ready; nothing more will be answered. */
  readonly crashed: (error: Error) => void
}

export const startComputeThread = (
  setup: ComputeSetup,
  { loading, fetching, notice, crashed }: ComputeHandlers
): Promise<ComputeThread> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(workerEntry('./compute-worker', import.meta.url), {
      workerData: setup,
      // With the device thread that it may start (src/training/device/start-device.ts).
      env: SHARE_ENV
    })
    const waiting: Waiting[] = []
    /** What it trains on. */
    let held: Pick<ComputeThread, 'rows' | 'classes'> = { rows: 0, classes: null }
    let ready = false
    let stopped = false
    const fail = (error: Error): void => {
      if (stopped) return
      if (!ready) void worker.terminate()
      ;(ready ? crashed : reject)(error)
    }
    worker.on('error', fail)
    worker.on('exit', (code) => fail(new RunFailedError(`the compute thread exited with ${code}`)))
    worker.on('message', (reply: ComputeReply) => {
      switch (reply.type) {
        case 'failed':
          fail(errorOf(reply, 'the compute thread failed: '))
          break
        case 'loading':
          loading(reply.done)
          break
        case 'fetching':
          fetching?.(reply.done, reply.total)
          break
        case 'notice':
          notice?.(reply.text)
          break
        case 'answer':
          if (reply.answer.type === 'deal') held = reply.answer
          answer(waiting.shift(), reply.answer)
          break
        case 'ready':
          ready = true
          held = reply
          resolve({
            manifest: reply.manifest,
            backend: reply.backend,
            explanation: reply.explanation,
            layout: reply.layout,
            get rows() {
              return held.rows
            },
            get classes() {
              return held.classes
            },
            bytes: reply.bytes,
            request: (request, answered) => {
              waiting.push({ answered, afterwards: [] })
              worker.postMessage(request, transferIn(request))
            },
            afterAll: (then) => {
              const last = waiting.at(-1)
              if (last === undefined) then()
              else last.afterwards.push(then)
            },
            stop: async () => {
              stopped = true
              await worker.terminate()
            }
          })
      }
    })
  })

/** Asks for one thing. Never settles where the thread dies before it answers. */
export const ask = <T extends ComputeRequest['type']>(
  compute: Pick<ComputeThread, 'request'>,
  request: Extract<ComputeRequest, { type: T }>
): Promise<Extract<ComputeAnswer, { type: T }>> =>
  new Promise((resolve) => {
    compute.request(request, (answer) => resolve(answer as Extract<ComputeAnswer, { type: T }>))
  })
