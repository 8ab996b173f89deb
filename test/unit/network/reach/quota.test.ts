import test from 'ava'
import { carries, isSpent, quotaOf } from '../../../../src/network/reach/quota.ts'

const MIB = 1 << 20

test('should have no quota without limits', (t) => {
  const none = { bytes: null, milliseconds: null }
  t.is(quotaOf(none, none), null)
  t.true(carries(null, Number.MAX_SAFE_INTEGER))
  t.false(isSpent(null))
})

test('should never let both ends together exceed what is left', (t) => {
  const atFirst = { bytes: 64 * MIB, milliseconds: 7_200_000 }
  for (const bytes of [64 * MIB, 10 * MIB, MIB, 200_000, 100, 0, -5]) {
    const quota = quotaOf({ bytes, milliseconds: 60_000 }, atFirst)!
    t.true(2 * quota.bytes <= Math.max(0, bytes - 192 * 1024), `${bytes}`)
    t.true(quota.bytes >= 0)
  }
})

test('should carry a message up to its quota, and none when it is spent', (t) => {
  const atFirst = { bytes: 64 * MIB, milliseconds: 7_200_000 }
  const quota = quotaOf({ bytes: 10 * MIB, milliseconds: 60_000 }, atFirst)!
  t.true(carries(quota, quota.bytes))
  t.false(carries(quota, quota.bytes + 1))
  t.true(isSpent(quotaOf({ bytes: 150_000, milliseconds: 60_000 }, atFirst)))
  t.true(isSpent(quotaOf({ bytes: 10 * MIB, milliseconds: 29_000 }, atFirst)))
})

test('should leave something of the small circuits of other relays', (t) => {
  // libp2p's own defaults: 128 KiB and two minutes.
  const limits = { bytes: 128 << 10, milliseconds: 120_000 }
  const quota = quotaOf(limits, limits)!
  t.true(quota.bytes > 45_000 && quota.bytes < 50_000, `${quota.bytes}`)
  t.is(quota.milliseconds, 90_000)
})

test('should know circuits that are limited in one way only', (t) => {
  const timed = { bytes: null, milliseconds: 120_000 }
  t.deepEqual(quotaOf(timed, timed), { bytes: Infinity, milliseconds: 90_000 })
  const counted = { bytes: 2 * MIB, milliseconds: null }
  t.is(quotaOf(counted, counted)!.milliseconds, Infinity)
})
