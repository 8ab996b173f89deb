import test from 'ava'
import { RequestRates } from '../../../../src/network/discovery/request-rates.ts'

const admitted = (rates: RequestRates, range: string, requests: number, now: number): number =>
  Array.from({ length: requests }, () => rates.admits(range, now)).filter(Boolean).length

test('should admit 300 at once and 50 a second, of each range', (t) => {
  const rates = new RequestRates()
  t.is(admitted(rates, 'a', 1000, 0), 300)
  t.is(admitted(rates, 'b', 1000, 0), 300)
  t.is(admitted(rates, 'a', 1000, 1000), 50)
  t.is(admitted(rates, 'a', 1000, 1010), 0)
  t.is(admitted(rates, 'a', 1000, 60_000), 300, 'no more than that is saved up')
  t.is(admitted(rates, 'a', 1000, 0), 0, 'a clock that goes back gives nothing')
})

test('should not grow with the ranges that ask, and share one room among the many', (t) => {
  const rates = new RequestRates()
  let count = 0
  for (let i = 0; i < 20_000; i++) if (rates.admits(`r${i}`, 0)) count++
  t.is(count, 4096 + 300)
  t.is(admitted(rates, 'late', 10, 10_000), 10, 'buckets that are full again make room')
})
