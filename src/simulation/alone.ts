/**
 * The baseline `alone`: every shard trains by itself, with the steps, schedule and batches that it has
 * in the swarm, and no exchange. On worker threads, beside whatever else the machine does.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { RunFailedError } from '../errors.ts'
import type { BenchOptions } from '../training/bench.ts'
import { workerEntry } from '../worker-entry.ts'

export interface AloneTask {
  readonly bench: BenchOptions
  readonly shards: readonly number[]
  readonly steps: number
}

export type AloneReport =
  | { readonly type: 'steps'; readonly count: number }
  | { readonly type: 'done'; readonly shard: number; readonly accuracy: number }

const trainOnThread = (
  task: AloneTask,
  onReport: (report: AloneReport) => void,
  signal: AbortSignal
): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(workerEntry('./alone-worker', import.meta.url), { workerData: task })
    const stop = (): void => void worker.terminate()
    signal.addEventListener('abort', stop, { once: true })
    worker.on('message', onReport)
    worker.once('error', reject)
    worker.once('exit', (code) => {
      signal.removeEventListener('abort', stop)
      if (code === 0 || signal.aborted) resolve()
      else reject(new RunFailedError(`the baseline's thread exited with ${code}`))
    })
  })

/** Test accuracy of each shard of `bench` trained alone; null when `signal` ends it early. */
export const trainAlone = async (
  bench: BenchOptions,
  onProgress: (fraction: number) => void,
  signal: AbortSignal
): Promise<number[] | null> => {
  if (signal.aborted) return null
  const { shards } = bench
  const { steps } = bench.recipe.training
  const accuracies = new Array<number>(shards).fill(Number.NaN)
  let taken = 0
  const onReport = (report: AloneReport): void => {
    if (report.type === 'done') accuracies[report.shard] = report.accuracy
    else taken += report.count
    if (steps > 0) onProgress(taken / (shards * steps))
  }
  const threads = Math.min(shards, availableParallelism())
  await Promise.all(
    Array.from({ length: threads }, (_, thread) => {
      const own = Array.from({ length: shards }, (_, shard) => shard).filter(
        (shard) => shard % threads === thread
      )
      return trainOnThread({ bench, shards: own, steps }, onReport, signal)
    })
  )
  return signal.aborted ? null : accuracies
}
