import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { GEMM_SCRATCH } from '../../../../src/training/wasm/kernels.ts'
import type { Vector } from '../../../../src/vector/vector.ts'
import { difference, uniform } from '../helpers.ts'
import { type Held, hold } from './hold.ts'

/** Sums of up to 1100 float32 products in blocks of up to 512. */
const TOLERANCE = 2e-6

interface Case {
  readonly sizes: readonly [m: number, n: number, k: number]
  readonly turnA: boolean
  readonly turnB: boolean
  readonly start: 'nothing' | 'c' | 'row'
  /** Elements between two rows of every matrix that belong to none. */
  readonly gap: number
}

/** Distances from a row and from a column to the next, of a matrix that is stored turned or not. */
const stridesOf = (
  rows: number,
  columns: number,
  turn: boolean,
  gap: number
): readonly [row: number, column: number] => (turn ? [1, rows + gap] : [columns + gap, 1])

const sizeOf = (rows: number, columns: number, gap: number): number =>
  (Math.max(rows, columns) + gap) * Math.max(rows, columns)

interface Factors {
  readonly a: Vector
  readonly b: Vector
  readonly c: Vector
  readonly row: Vector
}

const factorsOf = ({ sizes: [m, n, k], gap }: Case): Factors => {
  const random = seeded(m + 31 * n + 997 * k)
  return {
    a: uniform(random, sizeOf(m, k, gap)),
    b: uniform(random, sizeOf(k, n, gap)),
    c: uniform(random, m * (n + gap)),
    row: uniform(random, n)
  }
}

const multiply = (run: Case): Vector => {
  const { sizes, turnA, turnB, start, gap } = run
  const [m, n, k] = sizes
  const { a, b, c, row } = factorsOf(run)
  const held: Held = hold(a, b, c, row, new Float32Array(GEMM_SCRATCH))
  const [atA, atB, atC, atRow, scratch] = held.at as [number, number, number, number, number]
  const first = { nothing: 0, c: atC, row: atRow }[start]
  held.kernels.gemm(
    ...sizes,
    atA,
    ...stridesOf(m, k, turnA, gap),
    atB,
    ...stridesOf(k, n, turnB, gap),
    atC,
    n + gap,
    first,
    start === 'c' ? n + gap : 0,
    scratch
  )
  return held.read(2)
}

/** By the definition, in float64; what is between the rows of c stays. */
const multiplyPlainly = (run: Case): Float64Array => {
  const { sizes, turnA, turnB, start, gap } = run
  const [m, n, k] = sizes
  const { a, b, c, row } = factorsOf(run)
  const [aRow, aColumn] = stridesOf(m, k, turnA, gap)
  const [bRow, bColumn] = stridesOf(k, n, turnB, gap)
  const result = Float64Array.from(c)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const at = i * (n + gap) + j
      let sum = { nothing: 0, c: c[at]!, row: row[j]! }[start]
      for (let p = 0; p < k; p++) sum += a[i * aRow + p * aColumn]! * b[p * bRow + j * bColumn]!
      result[at] = sum
    }
  }
  return result
}

const SIZES = [
  [1, 1, 1],
  [1, 9, 5],
  [5, 1, 7],
  [6, 8, 4],
  [7, 9, 3],
  [17, 33, 5],
  [33, 17, 65]
] as const

/** Beyond what is packed at a time of rows, of columns, of steps, and of all. */
const LARGE_SIZES = [
  [121, 10, 6],
  [7, 257, 5],
  [5, 9, 1030],
  [250, 300, 520]
] as const

for (const sizes of [...SIZES, ...LARGE_SIZES]) {
  test(`should multiply by the definition, all transposes and starts: ${sizes.join(', ')}`, (t) => {
    for (const turnA of [false, true]) {
      for (const turnB of [false, true]) {
        for (const start of ['nothing', 'c', 'row'] as const) {
          for (const gap of sizes[0] > 100 ? [3] : [0, 3]) {
            const run = { sizes, turnA, turnB, start, gap }
            const error = difference(multiply(run), multiplyPlainly(run))
            t.true(error < TOLERANCE, `${JSON.stringify(run)}: ${error}`)
          }
        }
      }
    }
  })
}

test('should sum each element in the same order wherever it lies in the product', (t) => {
  const [m, n, k] = [13, 19, 700] as const
  const random = seeded(5)
  const a = uniform(random, m * k)
  const b = uniform(random, k * n)
  const held = hold(
    a,
    b,
    new Float32Array(m * n),
    new Float32Array(m * n),
    new Float32Array(GEMM_SCRATCH)
  )
  const [atA, atB, whole, parts, scratch] = held.at as [number, number, number, number, number]
  held.kernels.gemm(m, n, k, atA, k, 1, atB, n, 1, whole, n, 0, 0, scratch)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const at = parts + 4 * (i * n + j)
      held.kernels.gemm(1, 1, k, atA + 4 * i * k, k, 1, atB + 4 * j, n, 1, at, n, 0, 0, scratch)
    }
  }
  t.deepEqual(held.read(3), held.read(2))
})

test('should keep a not-a-number in its row and its column', (t) => {
  const [m, n, k] = [14, 18, 9] as const
  const a = new Float32Array(m * k).fill(1)
  const b = new Float32Array(k * n).fill(1)
  a[5 * k + 3] = Number.NaN
  b[2 * n + 17] = Number.NaN
  const held = hold(a, b, new Float32Array(m * n), new Float32Array(GEMM_SCRATCH))
  const [atA, atB, atC, scratch] = held.at as [number, number, number, number]
  held.kernels.gemm(m, n, k, atA, k, 1, atB, n, 1, atC, n, 0, 0, scratch)
  const expected = Float32Array.from({ length: m * n }, (_, i) =>
    Math.floor(i / n) === 5 || i % n === 17 ? Number.NaN : k
  )
  t.deepEqual(held.read(2), expected)
})
