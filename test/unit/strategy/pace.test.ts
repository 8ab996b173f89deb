import test from 'ava'
import { Pace } from '../../../src/strategy/pace.ts'

const LIMITS = { floor: 10, ceiling: 10_000 }

/** RFC 6298, section 2, in float64: SRTT = R, RTTVAR = R/2; then alpha = 1/8, beta = 1/4, K = 4. */
const timeout = (delays: readonly number[]): number => {
  const [first, ...rest] = delays
  let srtt = first!
  let rttvar = first! / 2
  for (const r of rest) {
    rttvar = (1 - 1 / 4) * rttvar + (1 / 4) * Math.abs(srtt - r)
    srtt = (1 - 1 / 8) * srtt + (1 / 8) * r
  }
  return srtt + 4 * rttvar
}

const paceOf = (delays: Readonly<Record<string, readonly number[]>>, limits = LIMITS): Pace => {
  const pace = new Pace(limits)
  for (const [peer, observed] of Object.entries(delays)) {
    for (const delay of observed) pace.observe(peer, delay)
  }
  return pace
}

test('should follow the timer of RFC 6298', (t) => {
  const delays = [100, 120, 80, 300, 100, 0, 100]
  // By hand: 100 and 50; then 102.5 and 42.5.
  t.is(timeout([100]), 300)
  t.is(timeout([100, 120]), 102.5 + 4 * 42.5)
  for (let n = 1; n <= delays.length; n++) {
    const seen = delays.slice(0, n)
    const expected = 2 * timeout(seen)
    const got = paceOf({ a: seen }).deadline(['a'])
    // Two ways of writing the same float64 average.
    t.true(Math.abs(got - expected) < 1e-9 * expected, `${n} delays: ${got} for ${expected}`)
  }
})

test('should let one slow neighbour of four not set the pace', (t) => {
  const fast = { a: [20, 20], b: [20, 20], c: [20, 20] }
  const peers = ['a', 'b', 'c', 'd']
  const even = paceOf({ ...fast, d: [20, 20] }).deadline(peers)
  t.is(even, 2 * timeout([20, 20]))
  t.is(paceOf({ ...fast, d: [5000, 5000] }).deadline(peers), even)
})

test('should take the lower of two, and the middle of three', (t) => {
  const pace = paceOf({ a: [20], b: [50], c: [90] })
  t.is(pace.deadline(['a', 'b']), 2 * timeout([20]))
  t.is(pace.deadline(['c', 'a', 'b']), 2 * timeout([50]))
})

test('should wait until the ceiling for neighbours it has never heard from', (t) => {
  const pace = paceOf({ a: [20] })
  t.is(pace.deadline(['x']), LIMITS.ceiling)
  t.is(pace.deadline(['x', 'y', 'a']), LIMITS.ceiling)
  t.is(pace.deadline(['x', 'a']), 2 * timeout([20]))
})

test('should stay between floor and ceiling', (t) => {
  t.is(paceOf({ a: [0, 0, 0] }).deadline(['a']), LIMITS.floor)
  t.is(paceOf({ a: [9000] }).deadline(['a']), LIMITS.ceiling)
  t.is(paceOf({}).deadline([]), LIMITS.floor)
})

test('should usually wait twice the median over everyone ever heard, without the floor', (t) => {
  t.is(new Pace({ floor: 50, ceiling: 1000 }).usual(), 50)
  const limits = { floor: 5000, ceiling: 10_000 }
  const delays = { b: [10], c: [100, 120], d: [1000] }
  t.is(paceOf(delays, limits).usual(), 2 * timeout([100, 120]))
  t.is(paceOf(delays, { floor: 10, ceiling: 400 }).usual(), 400)
})
