import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { createAdam } from '../../../src/training/adam.ts'
import { layoutOf } from '../../../src/vector/layout.ts'
import { difference, uniform } from './helpers.ts'

const CONFIG = { name: 'adam', beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0 } as const

/** Ranks 2, 1 and 3. */
const LAYOUT = layoutOf([
  { name: 'kernel', shape: [2, 3] },
  { name: 'bias', shape: [5] },
  { name: 'filters', shape: [2, 1, 2] }
])
const DECAYING = Array.from({ length: LAYOUT.length }, (_, i) => i < 6 || i >= 11)

/** State and replica are rounded to float32 at every step. */
const TOLERANCE = 1e-6

for (const weightDecay of [0, 0.5]) {
  test(`should follow the papers in float64 with a weight decay of ${weightDecay}`, (t) => {
    const { beta1, beta2, epsilon } = CONFIG
    const adam = createAdam({ ...CONFIG, weightDecay }, LAYOUT)
    const x = uniform(seeded(2), LAYOUT.length)
    const theta = Float64Array.from(x)
    const m = new Float64Array(LAYOUT.length)
    const v = new Float64Array(LAYOUT.length)
    const random = seeded(3)
    for (let step = 1; step <= 7; step++) {
      const g = uniform(random, LAYOUT.length)
      const rate = 0.1 / step
      adam.step(x, g, rate)
      for (let i = 0; i < LAYOUT.length; i++) {
        m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!
        v[i] = beta2 * v[i]! + (1 - beta2) * g[i]! ** 2
        const mHat = m[i]! / (1 - beta1 ** step)
        const vHat = v[i]! / (1 - beta2 ** step)
        const decay = DECAYING[i] ? weightDecay * theta[i]! : 0
        theta[i] = theta[i]! - rate * (mHat / (Math.sqrt(vHat) + epsilon) + decay)
      }
      t.true(difference(x, theta) < TOLERANCE, `step ${step}`)
    }
  })
}

test('should move by the rate in the first step, whatever the gradient', (t) => {
  const config = { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 } as const
  const adam = createAdam(config, layoutOf([{ name: 'x', shape: [3] }]))
  const x = new Float32Array(3)
  adam.step(x, new Float32Array([1e-3, -5, 700]), 0.01)
  t.true(difference(x, [-0.01, 0.01, -0.01]) < 1e-4)
})

test('should shrink kernels alone where the gradient is zero', (t) => {
  const adam = createAdam({ ...CONFIG, weightDecay: 0.1 }, LAYOUT)
  const x = new Float32Array(LAYOUT.length).fill(1)
  adam.step(x, new Float32Array(LAYOUT.length), 0.5)
  t.deepEqual(
    [...x],
    DECAYING.map((decaying) => (decaying ? Math.fround(0.95) : 1))
  )
})
