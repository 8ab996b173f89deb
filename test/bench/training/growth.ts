import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { BackendName } from './backends.ts'
import type { MemoryMark } from './memory-marks.ts'

/** What was held on to after so many steps, beyond what was there before them. */
export interface Growth extends MemoryMark {
  readonly backend: BackendName
  readonly model: string
  readonly steps: number
}

export interface GrowthTask {
  readonly backend: BackendName
  readonly model: string
  readonly steps: number
  /** How often memory is looked at, at even distances. */
  readonly marks: number
  /** Seconds; what is slower takes fewer steps. */
  readonly limit: number
}

const STEPS = 5000
const MARKS = 5
const LIMIT = 120

type Mark = MemoryMark & { readonly steps: number }

/** From the first mark to the last. */
export const growthOf = (marks: readonly Mark[]): Mark => {
  const first = marks[0]!
  const last = marks.at(-1)!
  return {
    steps: last.steps - first.steps,
    heap: last.heap - first.heap,
    code: last.code - first.code,
    arrayBuffers: last.arrayBuffers - first.arrayBuffers,
    wasm: last.wasm - first.wasm,
    tensors: last.tensors === null ? null : last.tensors - (first.tensors ?? 0)
  }
}

export const measureGrowth = async (backend: BackendName, model: string): Promise<Growth> => {
  const program = join(import.meta.dirname, 'growth-program.ts')
  const task: GrowthTask = { backend, model, steps: STEPS, marks: MARKS, limit: LIMIT }
  const args = ['--expose-gc', program, JSON.stringify(task)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return { backend, model, ...growthOf(JSON.parse(stdout)) }
}
