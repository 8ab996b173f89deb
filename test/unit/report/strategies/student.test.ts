import test, { type ExecutionContext } from 'ava'
import {
  holdsZero,
  intervalOf,
  pairedInterval
} from '../../../../src/report/strategies/interval.ts'
import { studentT, withinProbability } from '../../../../src/report/strategies/student.ts'

const near = (t: ExecutionContext, a: number, b: number, within = 1e-9): void =>
  void t.true(Math.abs(a - b) <= within, `${a} is not ${b}`)

test('should have the closed forms of one, two and four degrees of freedom', (t) => {
  // The quantile function at p = 0.975 (Shaw 2006, section 2.2).
  near(t, studentT(1), Math.tan(Math.PI * 0.475))
  const a = 4 * 0.975 * 0.025
  near(t, studentT(2), 2 * 0.475 * Math.sqrt(2 / a))
  const q = Math.cos(Math.acos(Math.sqrt(a)) / 3) / Math.sqrt(a)
  near(t, studentT(4), 2 * Math.sqrt(q - 1))
})

test('should agree with the integral of the density', (t) => {
  for (const degrees of [1, 2, 3, 5, 8, 13]) {
    // Simpson's rule over 0..2 of c (1 + x^2 / n)^(-(n + 1) / 2), c by its recurrence from n = 1 and 2.
    let c = degrees % 2 === 1 ? 1 / Math.PI : 1 / (2 * Math.SQRT2)
    for (let n = degrees % 2 === 1 ? 1 : 2; n < degrees; n += 2) {
      c *= ((n + 1) / n) * Math.sqrt(n / (n + 2))
    }
    const density = (x: number): number => c * (1 + x ** 2 / degrees) ** (-(degrees + 1) / 2)
    const steps = 2000
    let sum = density(0) + density(2)
    for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * density((2 * i) / steps)
    near(t, withinProbability(2, degrees), (2 * sum * 2) / steps / 3, 1e-10)
  }
})

test('should come near to the normal distribution with many runs', (t) => {
  near(t, studentT(100_000), 1.959964, 1e-4)
})

test('should give the textbook interval of three numbers', (t) => {
  const interval = intervalOf([96, 97, 98])!
  t.is(interval.mean, 97)
  t.is(interval.n, 3)
  // s = 1, so t(2) / sqrt(3).
  near(t, interval.half!, 4.30265272975 / Math.sqrt(3))
})

test('should have no error bar of one number, and nothing of none', (t) => {
  t.deepEqual(intervalOf([0.5]), { mean: 0.5, half: null, n: 1 })
  t.is(intervalOf([]), null)
})

test('should compare seed by seed, where both have a number', (t) => {
  const paired = pairedInterval([1, 2, null, 4], [0.5, 1.5, 3, 3.5])!
  t.deepEqual(paired, { mean: 0.5, half: 0, n: 3 })
  t.false(holdsZero(paired))
  t.true(holdsZero(pairedInterval([1, 2], [2, 1])!))
})
