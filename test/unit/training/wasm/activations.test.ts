import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { difference, uniform } from '../helpers.ts'
import { hold } from './hold.ts'

const SHAPES = [
  [1, 1],
  [2, 3],
  [3, 5],
  [5, 7],
  [17, 33],
  [4, 64]
] as const

const normals = (seed: number, length: number, deviation = 1): Float32Array => {
  const random = seeded(seed)
  return Float32Array.from({ length }, () => deviation * random.normal())
}

/** Sums over the rows, in float64. */
const columnSums = (x: ArrayLike<number>, width: number): Float64Array => {
  const sums = new Float64Array(width)
  for (let i = 0; i < x.length; i++) sums[i % width] = sums[i % width]! + x[i]!
  return sums
}

/** 0.5 z (1 + tanh(sqrt(2 / pi) (z + 0.044715 z^3))) */
const gelu = (z: number): number =>
  0.5 * z * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3)))

const geluSlope = (z: number): number => {
  const c = Math.sqrt(2 / Math.PI)
  const tanh = Math.tanh(c * (z + 0.044715 * z ** 3))
  return 0.5 * (1 + tanh) + 0.5 * z * (1 - tanh ** 2) * c * (1 + 3 * 0.044715 * z ** 2)
}

for (const [rows, width] of SHAPES) {
  const name = `${rows}x${width}`

  test(`should add a bias, alone and before a ReLU: ${name}`, (t) => {
    const [x, bias] = [normals(1, rows * width), normals(2, width)]
    const held = hold(x, bias, x)
    const [atX, atBias, copy] = held.at as [number, number, number]
    held.kernels.addBias(rows, width, atBias, atX)
    held.kernels.addBiasRelu(rows, width, atBias, copy)
    const sums = x.map((value, i) => value + bias[i % width]!)
    t.deepEqual(held.read(0), sums)
    t.deepEqual(
      held.read(2),
      sums.map((value) => Math.max(0, value))
    )
  })

  test(`should let through a ReLU's gradient where it is open, and sum it: ${name}`, (t) => {
    const h = normals(1, rows * width).map((value) => Math.max(0, value))
    const d = normals(2, rows * width)
    const held = hold(h, d, new Float32Array(width).fill(9))
    const [atH, atD, sums] = held.at as [number, number, number]
    held.kernels.reluBackward(rows, width, atH, atD, sums)
    const through = d.map((value, i) => (h[i]! > 0 ? value : 0))
    t.deepEqual(held.read(1), through)
    t.true(difference(held.read(2), columnSums(through, width)) < 1e-6)
  })

  test(`should give GELU and its derivative in closed form: ${name}`, (t) => {
    const [z, bias] = [normals(1, rows * width, 2), normals(2, width)]
    const held = hold(z, bias, new Float32Array(rows * width))
    const [atZ, atBias, atH] = held.at as [number, number, number]
    held.kernels.addBiasGelu(rows, width, atBias, atZ, atH)
    const sums = z.map((value, i) => value + bias[i % width]!)
    t.true(difference(held.read(2), Array.from(sums, gelu)) < 1e-6)
    t.true(difference(held.read(0), Array.from(sums, geluSlope)) < 1e-6)
  })

  test(`should multiply a gradient by the slope, and sum it: ${name}`, (t) => {
    const [slope, d] = [normals(1, rows * width), normals(2, rows * width)]
    const held = hold(slope, d, new Float32Array(width).fill(9))
    const [atSlope, atD, sums] = held.at as [number, number, number]
    held.kernels.geluBackward(rows, width, atSlope, atD, sums)
    const through = d.map((value, i) => value * slope[i]!)
    t.deepEqual(held.read(1), through)
    t.true(difference(held.read(2), columnSums(through, width)) < 1e-6)
  })

  test(`should sum rows: ${name}`, (t) => {
    const x = normals(1, rows * width)
    const held = hold(x, new Float32Array(width).fill(9))
    held.kernels.sumRows(rows, width, held.at[0]!, held.at[1]!)
    t.true(difference(held.read(1), columnSums(x, width)) < 1e-6)
  })
}

test('should give GELU to 1e-6 of the number itself, from nothing to far outside of tanh', (t) => {
  const z = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 100)
  const held = hold(z, new Float32Array(z.length), new Float32Array(z.length))
  const [atZ, zero, atH] = held.at as [number, number, number]
  held.kernels.addBiasGelu(1, z.length, zero, atZ, atH)
  const [slopes, values] = [held.read(0), held.read(2)]
  z.forEach((value, i) => {
    t.true(Math.abs(values[i]! - gelu(value)) <= 1e-6 * Math.max(0.01, Math.abs(gelu(value))))
    t.true(Math.abs(slopes[i]! - geluSlope(value)) <= 1e-6)
  })
})

test('should keep GELU finite for large numbers, and not-a-number what it is', (t) => {
  const z = Float32Array.of(1e5, -1e5, 1e9, -1e9, Number.NaN, 0)
  const held = hold(z, new Float32Array(6), new Float32Array(6))
  const [atZ, zero, atH] = held.at as [number, number, number]
  held.kernels.addBiasGelu(1, 6, zero, atZ, atH)
  const h = held.read(2)
  t.deepEqual([h[0], h[2], h[4], h[5]], [z[0], z[2], Number.NaN, 0])
  t.true(Math.abs(h[1]!) < 1e-20 && Math.abs(h[3]!) < 1e-20)
  const slopes = held.read(0)
  t.deepEqual([slopes[0], slopes[2], slopes[4], slopes[5]], [1, 1, Number.NaN, 0.5])
  t.true(Math.abs(slopes[1]!) < 1e-20 && Math.abs(slopes[3]!) < 1e-10)
})

test('should not be surprised by a bias of not-a-number', (t) => {
  const x = uniform(seeded(3), 10)
  const bias = Float32Array.of(0, Number.NaN, 0, 0, 0)
  const held = hold(x, bias)
  held.kernels.addBiasRelu(2, 5, held.at[1]!, held.at[0]!)
  const expected = x.map((value, i) => (i % 5 === 1 ? Number.NaN : Math.max(0, value)))
  t.deepEqual(held.read(0), expected)
})
