import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { RunFailedError } from '../../../src/errors.ts'
import type { BackendName } from './backends.ts'
import { median } from './summary.ts'

/** What is started. */
export type FirstStep =
  | { readonly what: 'engine'; readonly backend: BackendName; readonly model: string }
  /** Of a peer, on its own data, with swarmgrad's own engine. */
  | { readonly what: 'trainer' }

/** Milliseconds from the start to the end of the first step; medians. */
export interface ColdStart {
  readonly what: FirstStep['what']
  readonly backend: BackendName
  readonly process: number
  /** Of a process that runs already: a peer's compute thread. */
  readonly thread: number
}

const PROGRAM = join(import.meta.dirname, 'first-step-program.ts')
const REPEATS = 9

const inProcess = async (task: FirstStep): Promise<number> => {
  const began = performance.now()
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(task)])
  const closed = once(child, 'close')
  const [answer] = await Promise.race([once(child.stdout, 'data'), closed])
  const ms = performance.now() - began
  child.kill('SIGKILL')
  await closed
  if (!(answer instanceof Buffer)) throw new RunFailedError(`a ${task.what} took no first step`)
  return ms
}

const inThread = async (task: FirstStep): Promise<number> => {
  const began = performance.now()
  const thread = new Worker(PROGRAM, { workerData: task })
  await once(thread, 'message')
  const ms = performance.now() - began
  await thread.terminate()
  return ms
}

const medianOf = async (measure: () => Promise<number>): Promise<number> => {
  // Thrown away: the files are in the system's cache by then, as they are for all peers but the first.
  await measure()
  const times: number[] = []
  for (let i = 0; i < REPEATS; i++) times.push(await measure())
  return median(times)
}

export const measureColdStart = async (task: FirstStep): Promise<ColdStart> => ({
  what: task.what,
  backend: task.what === 'engine' ? task.backend : 'wasm',
  process: await medianOf(() => inProcess(task)),
  thread: await medianOf(() => inThread(task))
})
