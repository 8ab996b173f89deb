/** What the delta code is measured against: the same vector, plainly. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Vector } from '../../src/vector/vector.ts'

/** Milliseconds of each run. */
export interface CppTimes {
  readonly read: readonly number[]
  readonly code: readonly number[]
}

/** Compiles the C++ beside this file and runs it; null where there is no g++. */
export const runCpp = (vector: Vector, runs: number): CppTimes | null => {
  if (spawnSync('g++', ['--version']).error !== undefined) return null
  const folder = mkdtempSync(join(tmpdir(), 'codec-'))
  try {
    const program = join(folder, 'codec')
    const source = join(import.meta.dirname, 'codec-yardstick.cpp')
    execFileSync('g++', ['-O3', '-march=native', '-std=c++17', source, '-o', program])
    const file = join(folder, 'vector.f32')
    writeFileSync(file, new Uint8Array(vector.buffer))
    return JSON.parse(execFileSync(program, [file, String(runs)], { encoding: 'utf8' }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const MAGNITUDE = 0x7fffffff

/** A pass over the bits that does nothing but read. */
export const readPass = (bits: Int32Array): number => {
  let all = 0
  for (let i = 0; i < bits.length; i++) all ^= bits[i]!
  return all
}

/** Bits of the k-th largest magnitude (Hoare's quickselect, pivot by the median of three). */
export const quickselect = (bits: Int32Array, k: number, work: Int32Array): number => {
  for (let i = 0; i < bits.length; i++) work[i] = bits[i]! & MAGNITUDE
  let low = 0
  let high = work.length - 1
  while (low < high) {
    const a = work[low]!
    const b = work[(low + high) >>> 1]!
    const c = work[high]!
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
    let i = low
    let j = high
    while (i <= j) {
      while (work[i]! > pivot) i++
      while (work[j]! < pivot) j--
      if (i > j) break
      const x = work[i]!
      work[i++] = work[j]!
      work[j--] = x
    }
    if (k - 1 <= j) high = j
    else if (k - 1 >= i) low = i
    else break
  }
  return work[k - 1]!
}
