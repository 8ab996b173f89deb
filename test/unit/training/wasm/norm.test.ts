import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { difference, uniform } from '../helpers.ts'
import { hold } from './hold.ts'

const TOLERANCE = 1e-5

/** gain (x - mean) / sqrt(variance + 1e-5) + bias of every row, in float64. // x [rows, width] */
const normalise = (
  x: ArrayLike<number>,
  gain: ArrayLike<number>,
  bias: ArrayLike<number>
): Float64Array => {
  const width = gain.length
  const y = new Float64Array(x.length)
  for (let from = 0; from < x.length; from += width) {
    const row = Array.from({ length: width }, (_, i) => x[from + i]!)
    const mean = row.reduce((a, b) => a + b) / width
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width
    row.forEach((value, i) => {
      y[from + i] = (gain[i]! * (value - mean)) / Math.sqrt(variance + 1e-5) + bias[i]!
    })
  }
  return y
}

/** Slopes of f, by central differences. */
const slopes = (f: (p: Float64Array) => number, at: ArrayLike<number>): Float64Array => {
  const p = Float64Array.from(at)
  const h = 1e-5
  return p.map((value, i) => {
    p[i] = value + h
    const above = f(p)
    p[i] = value - h
    const below = f(p)
    p[i] = value
    return (above - below) / (2 * h)
  })
}

for (const [rows, width] of [
  [1, 3],
  [3, 5],
  [5, 7],
  [2, 17],
  [7, 33],
  [4, 64]
] as const) {
  test(`should normalise rows and differentiate that: ${rows}x${width}`, (t) => {
    const random = seeded(width)
    const x = uniform(random, rows * width).map((value) => 3 * value + 1)
    const gain = uniform(random, width).map((value) => 1 + value)
    const bias = uniform(random, width)
    const dy = uniform(random, rows * width)
    const before = uniform(random, rows * width)
    const empty = (length: number) => new Float32Array(length).fill(9)
    const held = hold(x, gain, bias, empty(x.length), empty(rows), empty(x.length))
    const [atX, atGain, atBias, normal, inverse, y] = held.at as [
      number,
      number,
      number,
      number,
      number,
      number
    ]
    held.kernels.normForward(rows, width, atX, atGain, atBias, normal, inverse, y)
    t.true(difference(held.read(5), normalise(x, gain, bias)) < TOLERANCE)

    const back = hold(dy, gain, held.read(3), held.read(4), empty(width), empty(width), before)
    back.kernels.normBackward(
      rows,
      width,
      ...(back.at as [number, number, number, number, number, number, number])
    )
    const loss = (xs: ArrayLike<number>, gains: ArrayLike<number>, biases: ArrayLike<number>) =>
      normalise(xs, gains, biases).reduce((sum, value, i) => sum + value * dy[i]!, 0)
    const dx = slopes((p) => loss(p, gain, bias), x)
    t.true(
      difference(
        back.read(4),
        slopes((p) => loss(x, p, bias), gain)
      ) < TOLERANCE
    )
    t.true(
      difference(
        back.read(5),
        slopes((p) => loss(x, gain, p), bias)
      ) < TOLERANCE
    )
    t.true(
      difference(
        back.read(6),
        dx.map((value, i) => value + before[i]!)
      ) < TOLERANCE
    )
  })
}
