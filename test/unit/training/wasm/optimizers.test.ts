import test from 'ava'
import { type Random, seeded } from '../../../../src/random.ts'
import { createAdam } from '../../../../src/training/adam.ts'
import { createLion } from '../../../../src/training/lion.ts'
import { createRoot } from '../../../../src/training/root.ts'
import { createSgd } from '../../../../src/training/sgd.ts'
import { layoutOf } from '../../../../src/vector/layout.ts'
import type { Vector } from '../../../../src/vector/vector.ts'
import { uniform } from '../helpers.ts'
import { hold } from './hold.ts'

const LENGTHS = [1, 2, 3, 4, 5, 7, 17, 33, 1001] as const
const STEPS = 20
/** Of float32 against float64, for parameters below 2: 20 roundings of each of three terms. */
const TOLERANCE = 4e-6

const farthest = (a: Vector, b: Vector): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)

/** Gradients of very different sizes. */
const gradientOf = (random: Random, length: number): Vector =>
  uniform(random, length).map((value, i) => value * 10 ** (-(i % 8) * (i % 3)))

for (const length of LENGTHS) {
  for (const momentum of [0, 0.9]) {
    test(`should step as SGD with momentum ${momentum} in JavaScript: ${length} elements`, (t) => {
      const random = seeded(length)
      const x = uniform(random, length)
      const held = hold(x, x, new Float32Array(length))
      const [atX, atG, atV] = held.at as [number, number, number]
      const expected = createSgd({ name: 'sgd', momentum }, length)
      for (let i = 0; i < STEPS; i++) {
        const g = gradientOf(random, length)
        held.machine.values({ at: atG, rows: 1, columns: length, stride: length }).set(g)
        if (momentum === 0) held.kernels.sgdPlain(length, atX, atG, 0.1)
        else held.kernels.sgdStep(length, atX, atG, atV, momentum, 0.1)
        expected.step(x, g, 0.1)
      }
      const error = farthest(held.read(0), x)
      t.true(error < TOLERANCE, `${error}`)
    })
  }

  for (const weightDecay of [0, 0.1]) {
    test(`should step as Adam with decay ${weightDecay} in JavaScript: ${length} elements`, (t) => {
      const random = seeded(length)
      const x = uniform(random, length)
      const held = hold(x, x, new Float32Array(length), new Float32Array(length))
      const [atX, atG, atM, atV] = held.at as [number, number, number, number]
      const [beta1, beta2, epsilon, rate] = [0.9, 0.999, 1e-8, 0.01]
      // Of rank 2, and so what decays.
      const layout = layoutOf([{ name: 'x', shape: [1, length] }])
      const expected = createAdam({ name: 'adam', beta1, beta2, epsilon, weightDecay }, layout)
      for (let i = 1; i <= STEPS; i++) {
        const g = gradientOf(random, length)
        held.machine.values({ at: atG, rows: 1, columns: length, stride: length }).set(g)
        const size = rate / (1 - beta1 ** i)
        const correction = 1 / (1 - beta2 ** i)
        const kept = 1 - rate * weightDecay
        held.kernels.adamStep(
          length,
          atX,
          atG,
          atM,
          atV,
          beta1,
          beta2,
          size,
          correction,
          epsilon,
          kept
        )
        expected.step(x, g, rate)
      }
      const error = farthest(held.read(0), x)
      t.true(error < TOLERANCE, `${error}`)
    })
  }

  for (const config of [
    { name: 'rmsprop', rho: 0.9, epsilon: 1e-3 },
    { name: 'adagrad', epsilon: 1e-3 }
  ] as const) {
    test(`should step as ${config.name} in JavaScript: ${length} elements`, (t) => {
      const random = seeded(length)
      const x = uniform(random, length)
      const held = hold(x, x, new Float32Array(length))
      const [atX, atG, atV] = held.at as [number, number, number]
      const expected = createRoot(config, length)
      const [kept, added] = config.name === 'rmsprop' ? [0.9, 0.1] : [1, 1]
      for (let i = 1; i <= STEPS; i++) {
        const g = gradientOf(random, length)
        held.machine.values({ at: atG, rows: 1, columns: length, stride: length }).set(g)
        held.kernels.rootStep(length, atX, atG, atV, kept, added, 0.01, config.epsilon)
        expected.step(x, g, 0.01)
      }
      const error = farthest(held.read(0), x)
      t.true(error < TOLERANCE, `${error}`)
    })
  }

  test(`should step as Lion in JavaScript: ${length} elements`, (t) => {
    const random = seeded(length)
    const x = uniform(random, length)
    const held = hold(x, x, new Float32Array(length))
    const [atX, atG, atM] = held.at as [number, number, number]
    const layout = layoutOf([{ name: 'x', shape: [1, length] }])
    const config = { name: 'lion', beta1: 0.9, beta2: 0.99, weightDecay: 0.1 } as const
    const expected = createLion(config, layout)
    for (let i = 1; i <= STEPS; i++) {
      // Now and then none at all: neither end may move then, nor divide by it.
      const g = i % 5 === 0 ? new Float32Array(length) : gradientOf(random, length)
      held.machine.values({ at: atG, rows: 1, columns: length, stride: length }).set(g)
      held.kernels.lionStep(length, atX, atG, atM, 0.9, 0.99, 0.01, 1 - 0.01 * 0.1)
      expected.step(x, g, 0.01)
    }
    const error = farthest(held.read(0), x)
    t.true(error < TOLERANCE, `${error}`)
  })

  test(`should add, scale, clear and take the norm of ${length} elements`, (t) => {
    const random = seeded(length)
    const [a, b] = [uniform(random, length), uniform(random, length)]
    const held = hold(a, b)
    const [atA, atB] = held.at as [number, number]
    held.kernels.addTo(length, atA, atB)
    t.deepEqual(
      held.read(1),
      b.map((value, i) => value + a[i]!)
    )
    held.kernels.scale(length, atA, 0.5)
    t.deepEqual(
      held.read(0),
      a.map((value) => value / 2)
    )
    const expected = held.read(1).reduce((sum, value) => sum + value * value, 0)
    t.true(Math.abs(held.kernels.sumSquares(length, atB) / expected - 1) < 1e-13)
    held.kernels.clear(length, atB)
    t.deepEqual(held.read(1), new Float32Array(length))
  })
}

test('should see what is not finite in the norm, and square what float32 cannot', (t) => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    for (const at of [0, 3, 6]) {
      const x = new Float32Array(7)
      x[at] = bad
      const held = hold(x)
      t.false(Number.isFinite(held.kernels.sumSquares(7, held.at[0]!)))
    }
  }
  const held = hold(Float32Array.of(1e30, 0, 0, 0, 0))
  t.true(Math.abs(held.kernels.sumSquares(5, held.at[0]!) / 1e60 - 1) < 1e-6)
})

test('should let a momentum that nothing feeds die out instead of lingering below the normal numbers', (t) => {
  const held = hold(new Float32Array(5), new Float32Array(5), new Float32Array(5).fill(1e-36))
  const [atX, atG, atV] = held.at as [number, number, number]
  for (let i = 0; i < 50; i++) held.kernels.sgdStep(5, atX, atG, atV, 0.9, 0.1)
  t.deepEqual(held.read(2), new Float32Array(5))
})
