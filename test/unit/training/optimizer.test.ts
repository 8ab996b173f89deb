import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { createOptimizer } from '../../../src/training/optimizer.ts'
import { layoutOf } from '../../../src/vector/layout.ts'
import { norm } from '../../../src/vector/vector.ts'
import { difference, uniform } from './helpers.ts'

/** A length that is no multiple of four, for the kernels that go four at a time. */
const LENGTH = 11
const flat = (length: number) => layoutOf([{ name: 'x', shape: [length] }])
/** State and replica are rounded to float32 at every step. */
const TOLERANCE = 1e-6

test('should follow momentum 0.9 by hand: 1, then 1.9, then 2.71 gradients', (t) => {
  const sgd = createOptimizer({ name: 'sgd', momentum: 0.9 }, flat(LENGTH))
  const x = new Float32Array(LENGTH)
  const g = new Float32Array(LENGTH).fill(1)
  for (const total of [1, 2.9, 5.61]) {
    sgd.step(x, g, 0.1)
    for (const value of x) t.true(Math.abs(value + 0.1 * total) < TOLERANCE, `${value}`)
  }
})

test('should apply the rate outside the velocity, as PyTorch does', (t) => {
  const sgd = createOptimizer({ name: 'sgd', momentum: 0.5 }, flat(1))
  const x = new Float32Array(1)
  sgd.step(x, new Float32Array([1]), 1)
  sgd.step(x, new Float32Array([0]), 0.1)
  t.true(Math.abs(x[0]! + 1.05) < TOLERANCE) // 1 * 1 + 0.1 * 0.5
})

test('should step by rate times gradient without momentum', (t) => {
  const g = uniform(seeded(1), LENGTH)
  const x = new Float32Array(LENGTH)
  const sgd = createOptimizer({ name: 'sgd', momentum: 0 }, flat(LENGTH))
  sgd.step(x, g, 0.25)
  sgd.step(x, g, 0.25)
  t.true(
    difference(
      x,
      Float64Array.from(g, (value) => -0.5 * value)
    ) < TOLERANCE
  )
})

test('should measure the global norm as float64 does', (t) => {
  const x = uniform(seeded(4), 1003)
  t.true(Math.abs(norm(x) / Math.hypot(...x) - 1) < 1e-12)
  t.is(norm(new Float32Array([3, 4])), 5)
})
