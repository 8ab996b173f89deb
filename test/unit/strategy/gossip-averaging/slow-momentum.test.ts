import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { SlowMomentum } from '../../../../src/strategy/gossip-averaging/slow-momentum.ts'

/**
 * SlowMo (Wang et al. 2020, Alg. 1) in float64 with inner rate 1 and slow rate 1:
 * u_{t+1} = beta u_t + (x_t - x_t^end), x_{t+1} = x_t - u_{t+1}.
 */
const reference = (beta: number, start: number[], movements: number[][]): number[] => {
  let x = start
  let u = start.map(() => 0)
  for (const movement of movements) {
    const end = x.map((value, i) => value + movement[i]!)
    u = u.map((value, i) => beta * value + (x[i]! - end[i]!))
    x = x.map((value, i) => value - u[i]!)
  }
  return x
}

for (const beta of [0.5, 0.8, 0.9]) {
  test(`should follow SlowMo with beta ${beta}`, (t) => {
    const length = 20
    const random = seeded(6)
    const movements = Array.from({ length: 30 }, () =>
      Array.from({ length }, () => 0.1 * random.normal())
    )
    const start = Array.from({ length }, () => Math.fround(random.normal()))
    const x = Float32Array.from(start)
    const slow = new SlowMomentum(beta, length)
    slow.apply(x)
    t.deepEqual([...x], start, 'the first round has nothing to look back on')
    for (const movement of movements) {
      for (let i = 0; i < length; i++) x[i] = x[i]! + movement[i]!
      slow.apply(x)
    }
    const expected = reference(beta, start, movements)
    for (const [i, value] of expected.entries()) {
      // Thirty rounds of float32 rounding of numbers around ten, amplified by at most 1 / (1 - beta).
      t.true(Math.abs(x[i]! - value) < 2e-4, `element ${i}: ${x[i]} for ${value}`)
    }
  })
}

test('should go on by what is left of earlier rounds when a round moves nothing', (t) => {
  const slow = new SlowMomentum(0.5, 1)
  const x = Float32Array.of(0)
  slow.apply(x)
  x[0] = 1
  slow.apply(x)
  t.is(x[0], 1)
  // u = -1, then -1/2, -1/4: all exact in float32.
  slow.apply(x)
  t.is(x[0], 1.5)
  slow.apply(x)
  t.is(x[0], 1.75)
})
