import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { clipByGlobalNorm } from '../../../src/training/clip.ts'
import { createOptimizer } from '../../../src/training/optimizer.ts'
import { learningRateAt } from '../../../src/training/schedule.ts'
import { norm } from '../../../src/vector/vector.ts'
import { difference, uniform } from './helpers.ts'

/** A length that is no multiple of four, for the kernels that go four at a time. */
const LENGTH = 11
/** State and replica are rounded to float32 at every step. */
const TOLERANCE = 1e-6

test('should follow momentum 0.9 by hand: 1, then 1.9, then 2.71 gradients', (t) => {
  const sgd = createOptimizer({ name: 'sgd', momentum: 0.9 }, LENGTH)
  const x = new Float32Array(LENGTH)
  const g = new Float32Array(LENGTH).fill(1)
  for (const total of [1, 2.9, 5.61]) {
    sgd.step(x, g, 0.1)
    for (const value of x) t.true(Math.abs(value + 0.1 * total) < TOLERANCE, `${value}`)
  }
})

test('should apply the rate outside the velocity, as PyTorch does', (t) => {
  const sgd = createOptimizer({ name: 'sgd', momentum: 0.5 }, 1)
  const x = new Float32Array(1)
  sgd.step(x, new Float32Array([1]), 1)
  sgd.step(x, new Float32Array([0]), 0.1)
  t.true(Math.abs(x[0]! + 1.05) < TOLERANCE) // 1 * 1 + 0.1 * 0.5
})

test('should step by rate times gradient without momentum', (t) => {
  const g = uniform(seeded(1), LENGTH)
  const x = new Float32Array(LENGTH)
  const sgd = createOptimizer({ name: 'sgd', momentum: 0 }, LENGTH)
  sgd.step(x, g, 0.25)
  sgd.step(x, g, 0.25)
  t.true(
    difference(
      x,
      Float64Array.from(g, (value) => -0.5 * value)
    ) < TOLERANCE
  )
})

test('should follow Adam as written in the paper, in float64, over several steps', (t) => {
  const config = { name: 'adam', beta1: 0.8, beta2: 0.95, epsilon: 1e-3 } as const
  const adam = createOptimizer(config, LENGTH)
  const x = uniform(seeded(2), LENGTH)
  const theta = Float64Array.from(x)
  const m = new Float64Array(LENGTH)
  const v = new Float64Array(LENGTH)
  const random = seeded(3)
  for (let step = 1; step <= 7; step++) {
    const g = uniform(random, LENGTH)
    const rate = 0.1 / step
    adam.step(x, g, rate)
    for (let i = 0; i < LENGTH; i++) {
      m[i] = config.beta1 * m[i]! + (1 - config.beta1) * g[i]!
      v[i] = config.beta2 * v[i]! + (1 - config.beta2) * g[i]! ** 2
      const mHat = m[i]! / (1 - config.beta1 ** step)
      const vHat = v[i]! / (1 - config.beta2 ** step)
      theta[i] = theta[i]! - (rate * mHat) / (Math.sqrt(vHat) + config.epsilon)
    }
    t.true(difference(x, theta) < TOLERANCE, `step ${step}`)
  }
})

test('should move by the rate in the first step of Adam, whatever the gradient', (t) => {
  const adam = createOptimizer({ name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }, 3)
  const x = new Float32Array(3)
  adam.step(x, new Float32Array([1e-3, -5, 700]), 0.01)
  t.true(difference(x, [-0.01, 0.01, -0.01]) < 1e-4)
})

test('should measure the global norm as float64 does', (t) => {
  const x = uniform(seeded(4), 1003)
  t.true(Math.abs(norm(x) / Math.hypot(...x) - 1) < 1e-12)
  t.is(norm(new Float32Array([3, 4])), 5)
})

test('should clip a long gradient to the bound and leave a short one alone', (t) => {
  const long = new Float32Array([3, 0, 4, 0, 0])
  t.is(clipByGlobalNorm(long, 2), 5)
  t.true(difference(long, [1.2, 0, 1.6, 0, 0]) < 1e-7)
  const short = new Float32Array([3, 0, 4, 0, 0])
  clipByGlobalNorm(short, 5)
  t.deepEqual([...short], [3, 0, 4, 0, 0])
  clipByGlobalNorm(short, null)
  t.deepEqual([...short], [3, 0, 4, 0, 0])
})

for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
  test(`should report a norm that is not finite for a gradient with ${bad}`, (t) => {
    for (let at = 0; at < 6; at++) {
      const gradient = new Float32Array(6).fill(3e38)
      t.true(Number.isFinite(clipByGlobalNorm(gradient, null)), 'large is finite')
      gradient[at] = bad
      t.false(Number.isFinite(clipByGlobalNorm(gradient, 1)), `position ${at}`)
    }
  })
}

const cosine = { learningRate: 0.4, schedule: 'cosine', steps: 100 } as const

test('should go from the base rate by a cosine down to 5 % of it and stay there', (t) => {
  t.is(learningRateAt(cosine, 0), 0.4)
  t.true(Math.abs(learningRateAt(cosine, 50) - 0.4 * 0.525) < 1e-15)
  t.true(Math.abs(learningRateAt(cosine, 25) - 0.4 * (0.05 + 0.475 * (1 + Math.SQRT1_2))) < 1e-15)
  for (const step of [100, 101, 1e9]) {
    t.true(Math.abs(learningRateAt(cosine, step) - 0.02) < 1e-15, `step ${step}`)
  }
})

test('should never rise along the cosine', (t) => {
  for (let step = 0; step < 120; step++) {
    t.true(learningRateAt(cosine, step + 1) <= learningRateAt(cosine, step), `step ${step}`)
  }
})

test('should keep a constant rate', (t) => {
  for (const step of [0, 7, 1000]) {
    t.is(learningRateAt({ ...cosine, schedule: 'constant' }, step), 0.4)
  }
})
