import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { GEMM_SCRATCH } from '../../../../src/training/wasm/kernels.ts'
import { centralDifferences, difference, uniform } from '../helpers.ts'
import { hold } from './hold.ts'

interface Sides {
  readonly windows: number
  readonly heads: number
  readonly time: number
  readonly size: number
}

/** softmax(q k^T / sqrt(size)) v by the definition, in float64. // qkv [windows time, 3 heads size] */
const attendPlainly = (sides: Sides, qkv: ArrayLike<number>): Float64Array => {
  const { windows, heads, time, size } = sides
  const width = heads * size
  const y = new Float64Array(windows * time * width)
  for (let window = 0; window < windows; window++) {
    for (let from = 0; from < width; from += size) {
      /** Element i of the query (part 0), key (1) or value (2) of a step. */
      const at = (t: number, part: number, i: number): number =>
        qkv[((window * time + t) * 3 + part) * width + from + i]!
      for (let t = 0; t < time; t++) {
        const powers = Array.from({ length: t + 1 }, (_, s) => {
          let dot = 0
          for (let i = 0; i < size; i++) dot += at(t, 0, i) * at(s, 1, i)
          return Math.exp(dot / Math.sqrt(size))
        })
        const sum = powers.reduce((a, b) => a + b)
        powers.forEach((power, s) => {
          for (let i = 0; i < size; i++) {
            const to = (window * time + t) * width + from + i
            y[to] = y[to]! + (power / sum) * at(s, 2, i)
          }
        })
      }
    }
  }
  return y
}

for (const sides of [
  { windows: 1, heads: 1, time: 1, size: 1 },
  { windows: 2, heads: 3, time: 5, size: 3 },
  { windows: 1, heads: 2, time: 7, size: 5 },
  { windows: 1, heads: 1, time: 17, size: 8 },
  { windows: 1, heads: 2, time: 33, size: 4 }
]) {
  const { windows, heads, time, size } = sides
  const four = [windows, heads, time, size] as const
  test(`should attend, and differentiate that: ${JSON.stringify(sides)}`, (t) => {
    const random = seeded(time)
    const rows = windows * time
    const width = heads * size
    const qkv = uniform(random, rows * 3 * width).map((value) => 3 * value)
    const dy = uniform(random, rows * width)
    const dirty = (length: number) => new Float32Array(length).fill(7)
    const held = hold(
      qkv,
      dirty(windows * heads * time * time),
      dirty(rows * width),
      dy,
      dirty(qkv.length),
      dirty(time * time),
      dirty(GEMM_SCRATCH)
    )
    const [atQkv, weights, y, atDy, dQkv, scores, scratch] = held.at as [
      number,
      number,
      number,
      number,
      number,
      number,
      number
    ]
    held.kernels.attend(...four, atQkv, weights, y, scratch)
    t.true(difference(held.read(2), attendPlainly(sides, qkv)) < 2e-6)

    held.kernels.attendBackward(...four, atQkv, weights, atDy, dQkv, scores, scratch)
    const loss = (p: Float64Array): number =>
      attendPlainly(sides, p).reduce((sum, value, i) => sum + value * dy[i]!, 0)
    const expected = centralDifferences(loss, qkv)
    const error = difference(held.read(4), expected)
    // Alone a step looks at itself whatever it asks: no slope but the value's.
    t.true(error < 1e-5, `${error}`)
  })
}

test('should attend over more steps than are packed at a time', (t) => {
  const sides = { windows: 1, heads: 1, time: 530, size: 3 }
  const qkv = uniform(seeded(6), 530 * 9)
  const sizes = [qkv.length, 530 * 530, 530 * 3, GEMM_SCRATCH]
  const held = hold(qkv, ...sizes.slice(1).map((size) => new Float32Array(size)))
  const [atQkv, weights, y, scratch] = held.at as [number, number, number, number]
  held.kernels.attend(1, 1, 530, 3, atQkv, weights, y, scratch)
  t.true(difference(held.read(2), attendPlainly(sides, qkv)) < 2e-6)
})

test('should attend to the largest score alone where the others are far below', (t) => {
  // One head of one element: q = 1, k = 0, 100, 0 and v = 1, 2, 3.
  const qkv = Float32Array.of(1, 0, 1, 1, 100, 2, 1, 0, 3)
  const held = hold(qkv, new Float32Array(9), new Float32Array(3), new Float32Array(GEMM_SCRATCH))
  const [atQkv, weights, y, scratch] = held.at as [number, number, number, number]
  held.kernels.attend(1, 1, 3, 1, atQkv, weights, y, scratch)
  t.deepEqual(held.read(2), Float32Array.of(1, 2, 2))
  t.deepEqual(held.read(1), Float32Array.of(1, 0, 0, 0, 1, 0, 0, 1, 0))
})
