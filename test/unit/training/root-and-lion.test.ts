import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { createLion } from '../../../src/training/lion.ts'
import { createRoot } from '../../../src/training/root.ts'
import { layoutOf } from '../../../src/vector/layout.ts'
import type { Vector } from '../../../src/vector/vector.ts'
import { difference, uniform } from './helpers.ts'

/** Ranks 2 and 1: six elements that decay, and five that do not. */
const LAYOUT = layoutOf([
  { name: 'kernel', shape: [2, 3] },
  { name: 'bias', shape: [5] }
])
const N = LAYOUT.length
/** State and replica are rounded to float32 at every step. */
const TOLERANCE = 1e-6
const STEPS = 9

const steps = function* (): Iterable<{ g: Vector; rate: number }> {
  const random = seeded(3)
  for (let step = 1; step <= STEPS; step++) yield { g: uniform(random, N), rate: 0.1 / step }
}

test('RMSprop should follow the lecture in float64', (t) => {
  const [rho, epsilon] = [0.8, 1e-3]
  const rmsprop = createRoot({ name: 'rmsprop', rho, epsilon }, N)
  const x = uniform(seeded(2), N)
  const theta = Float64Array.from(x)
  const v = new Float64Array(N)
  for (const { g, rate } of steps()) {
    rmsprop.step(x, g, rate)
    for (let i = 0; i < N; i++) {
      v[i] = rho * v[i]! + (1 - rho) * g[i]! ** 2
      theta[i] = theta[i]! - (rate * g[i]!) / (Math.sqrt(v[i]!) + epsilon)
    }
    t.true(difference(x, theta) < TOLERANCE)
  }
})

test('Adagrad should follow the paper in float64', (t) => {
  const epsilon = 1e-10
  const adagrad = createRoot({ name: 'adagrad', epsilon }, N)
  const x = uniform(seeded(2), N)
  const theta = Float64Array.from(x)
  const sums = new Float64Array(N)
  for (const { g, rate } of steps()) {
    adagrad.step(x, g, rate)
    for (let i = 0; i < N; i++) {
      sums[i] = sums[i]! + g[i]! ** 2
      theta[i] = theta[i]! - (rate * g[i]!) / (Math.sqrt(sums[i]!) + epsilon)
    }
    t.true(difference(x, theta) < TOLERANCE)
  }
})

test('Adagrad should step by the rate at first, whatever the gradient, and not at all without one', (t) => {
  const adagrad = createRoot({ name: 'adagrad', epsilon: 1e-10 }, 3)
  const x = new Float32Array(3)
  adagrad.step(x, new Float32Array([1e-3, -700, 0]), 0.01)
  t.true(difference(x, [-0.01, 0.01, 0]) < 1e-6)
})

for (const weightDecay of [0, 0.5]) {
  test(`Lion should follow the paper in float64 with a weight decay of ${weightDecay}`, (t) => {
    const [beta1, beta2] = [0.9, 0.99]
    const lion = createLion({ name: 'lion', beta1, beta2, weightDecay }, LAYOUT)
    const x = uniform(seeded(2), N)
    const theta = Float64Array.from(x)
    const m = new Float64Array(N)
    for (const { g, rate } of steps()) {
      lion.step(x, g, rate)
      for (let i = 0; i < N; i++) {
        const way = Math.sign(beta1 * m[i]! + (1 - beta1) * g[i]!)
        const decay = i < 6 ? weightDecay * theta[i]! : 0
        theta[i] = theta[i]! - rate * (way + decay)
        m[i] = beta2 * m[i]! + (1 - beta2) * g[i]!
      }
      t.true(difference(x, theta) < TOLERANCE)
    }
  })
}
