/**
 * How fast the delta code is (`npm run bench:codec [-- --json]`): normal values, exact top 1 %, and
 * ratios to yardsticks that are measured in the same run.
 */
import { seeded } from '../../src/random.ts'
import type { Vector } from '../../src/vector/vector.ts'
import { bytesPerValue, timeEncoding, timeOthers } from './codec-delta.ts'
import { measure, type Row, RUNS, rowOf } from './codec-timing.ts'
import { quickselect, readPass, runCpp } from './codec-yardstick.ts'

const LENGTH = 10_000_000
const SHORT = 1_000_000

const normalVector = (length: number): Vector => {
  const random = seeded(1)
  const vector = new Float32Array(length)
  for (let i = 0; i < length; i++) vector[i] = 1e-3 * random.normal()
  return vector
}

const timeYardsticks = (vector: Vector): { rows: Row[]; cpp: Row | null } => {
  const bits = new Int32Array(vector.buffer)
  const work = new Int32Array(bits.length)
  const rows = [
    measure('TypeScript: read', () => void readPass(bits)),
    measure('TypeScript: quickselect', () => void quickselect(bits, LENGTH / 100, work))
  ]
  const times = runCpp(vector, RUNS)
  if (times === null) return { rows, cpp: null }
  const cpp = rowOf('C++: 16-bit histogram, whole code', times.code)
  return { rows: [...rows, rowOf('C++: read', times.read), cpp], cpp }
}

const vector = normalVector(LENGTH)
const { rows: yardsticks, cpp } = timeYardsticks(vector)
const encode = timeEncoding('encode one-bit', vector, 'one-bit')
const rows = [
  ...yardsticks,
  encode,
  timeEncoding('encode two-level', vector, 'two-level'),
  timeEncoding('encode one-bit, in chunks of 4096', vector, 'one-bit', {
    kind: 'chunk',
    size: 4096
  }),
  ...timeOthers(vector)
]
const sizes = (['one-bit', 'two-level'] as const).flatMap((values) =>
  [vector.slice(0, SHORT), vector].map((part) => ({
    values,
    length: part.length,
    bytesPerValue: bytesPerValue(part, values)
  }))
)

const print = (line = ''): void => void process.stdout.write(`${line}\n`)

if (process.argv.includes('--json')) {
  print(JSON.stringify({ length: LENGTH, runs: RUNS, rows, sizes }))
} else {
  print(`${LENGTH} values, top 1 %; milliseconds, median and least of ${RUNS} runs`)
  if (cpp === null) print('left out: C++, there is no g++')
  print(`${''.padEnd(36)}  median   least  of encode${cpp === null ? '' : '  of C++'}`)
  for (const { name, ms, least } of rows) {
    const ratio = cpp === null ? '' : (ms / cpp.ms).toFixed(2).padStart(8)
    const share = (ms / encode.ms).toFixed(2).padStart(11)
    print(
      `${name.padEnd(36)}${ms.toFixed(2).padStart(8)}${least.toFixed(2).padStart(8)}${share}${ratio}`
    )
  }
  print()
  print('bytes for each value that is sent')
  for (const { values, length, bytesPerValue } of sizes) {
    print(`${values.padEnd(12)}${bytesPerValue.toFixed(3)} of ${length}`)
  }
}
