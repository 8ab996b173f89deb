import test from 'ava'
import { TokenBucket } from '../../../src/network/token-bucket.ts'

/** Takes `bytes` again and again, as early as it may: when, and how many in all, within `until` ms. */
const taken = (bucket: TokenBucket, bytes: number, until: number): number => {
  let now = 0
  let total = 0
  for (;;) {
    now += bucket.wait(now)
    if (now > until) return total
    bucket.take(bytes, now)
    total += bytes
  }
}

test('should let through burst + rate x time, and one piece more at the most', (t) => {
  for (const rate of [1_000, 20_000, 5_000_000]) {
    for (const bytes of [100, 700, 65_536]) {
      const bucket = new TokenBucket()
      bucket.setRate(rate, 0)
      const seconds = 60
      const expected = Math.min(rate, 256 << 10) + rate * seconds
      const got = taken(bucket, bytes, seconds * 1000)
      t.true(got <= expected + bytes, `${rate} B/s in pieces of ${bytes}: ${got}, ${expected}`)
      // Waits are whole milliseconds.
      const lost = bytes + (rate / 1000) * Math.ceil(got / bytes)
      t.true(got >= expected - lost, `${rate} B/s in pieces of ${bytes}: ${got}, ${expected}`)
    }
  }
})

test('should save up no more than its burst over a pause of any length', (t) => {
  const bucket = new TokenBucket()
  bucket.setRate(10_000, 0)
  const week = 7 * 24 * 3600 * 1000
  t.is(bucket.wait(week), 0)
  bucket.take(10_000, week)
  t.is(bucket.wait(week), 1, 'empty, and full again a byte later')
  bucket.take(10_000, week)
  t.is(bucket.wait(week), 1001)
})

test('should keep a debt over a new rate, and owe nothing without one', (t) => {
  const bucket = new TokenBucket()
  bucket.setRate(1_000, 0)
  bucket.take(5_000, 0)
  t.is(bucket.level(0), -4_000)
  bucket.setRate(4_000, 1_000)
  t.is(bucket.level(1_000), -3_000)
  t.is(bucket.wait(1_000), 751)
  bucket.setRate(null, 1_000)
  t.is(bucket.wait(1_000), 0)
  t.is(bucket.level(1_000), 0)
})

test('should gain nothing from a clock that goes back', (t) => {
  const bucket = new TokenBucket()
  bucket.setRate(1_000, 10_000)
  bucket.take(2_000, 10_000)
  t.is(bucket.wait(10_000), 1001)
  t.is(bucket.wait(4_000), 1001)
  t.is(bucket.wait(5_001), 0)
})
