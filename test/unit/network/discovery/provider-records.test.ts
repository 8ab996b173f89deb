import test from 'ava'
import {
  PROVIDER_LIMITS,
  type ProviderRecord,
  ProviderRecords
} from '../../../../src/network/discovery/provider-records.ts'
import { seeded } from '../../../../src/random.ts'

const VALUE = new Uint8Array(1)
const recordOf = (key: string, peer: string, range = 'r', at = 0): ProviderRecord => ({
  key,
  peer,
  range,
  value: VALUE,
  at
})
const SMALL = {
  records: 20,
  perKey: 8,
  perKeyAndRange: 3,
  perPeer: 2,
  perRange: 5,
  validity: 1000,
  told: 100
}

const create = (limits = SMALL) => {
  const random = seeded(1)
  return new ProviderRecords(limits, () => random.next())
}
const peersOf = (records: ProviderRecords, key: string, now = 0): string[] =>
  records
    .of(key, now)
    .map(({ peer }) => peer)
    .sort()

test('should tell who provides a key, for as long as it is believed', (t) => {
  const records = create()
  records.put(recordOf('k', 'a', 'r', 0))
  records.put(recordOf('k', 'b', 'r', 500))
  records.put(recordOf('l', 'c', 'r', 500))
  t.deepEqual(peersOf(records, 'k', 999), ['a', 'b'])
  t.deepEqual(peersOf(records, 'k', 1000), ['b'])
  records.put(recordOf('k', 'b', 'r', 1400))
  t.deepEqual(peersOf(records, 'k', 2399), ['b'], 'said again')
  t.deepEqual(peersOf(records, 'k', 2400), [])
  t.is(records.size, 0)
})

test('should forget what is deleted, and nothing else', (t) => {
  const records = create()
  for (const peer of ['a', 'b']) records.put(recordOf('k', peer))
  records.delete('k', 'a')
  records.delete('l', 'b')
  t.deepEqual(peersOf(records, 'k'), ['b'])
})

test('should keep three of one range under one key, the last ones', (t) => {
  const records = create()
  for (const peer of ['a', 'b', 'c', 'd', 'e']) records.put(recordOf('k', peer))
  t.deepEqual(peersOf(records, 'k'), ['c', 'd', 'e'])
})

test('should make room under a key at the cost of the range that has the most', (t) => {
  const records = create()
  for (const [range, peers] of [
    ['x', ['x1', 'x2']],
    ['y', ['y1', 'y2', 'y3']],
    ['z', ['z1', 'z2', 'z3']]
  ] as const) {
    for (const peer of peers) records.put(recordOf('k', peer, range))
  }
  records.put(recordOf('k', 'new', 'w'))
  t.deepEqual(peersOf(records, 'k'), ['new', 'x1', 'x2', 'y2', 'y3', 'z1', 'z2', 'z3'])
})

test('should keep two keys of one peer, and five records of one range', (t) => {
  const records = create()
  for (const key of ['k', 'l', 'm']) records.put(recordOf(key, 'a'))
  t.deepEqual(peersOf(records, 'k'), [])
  t.deepEqual(peersOf(records, 'm'), ['a'])
  for (const peer of ['b', 'c', 'd', 'e']) records.put(recordOf(peer, peer))
  t.is(records.size, 5)
  t.deepEqual(peersOf(records, 'l'), [], 'the oldest of the range')
})

test('should let no range push out another, whatever it writes', (t) => {
  const records = create(PROVIDER_LIMITS)
  const random = seeded(2)
  for (let i = 0; i < 300; i++) records.put(recordOf(`key${i}`, `honest${i}`, `net${i}`))
  for (let i = 0; i < 30_000; i++) {
    const key = random.integer(2) === 0 ? `key${random.integer(300)}` : `spam${i}`
    records.put(recordOf(key, `liar${i}`, `liars${random.integer(3)}`, 1))
  }
  t.true(records.size <= 300 + 3 * PROVIDER_LIMITS.perRange)
  let known = 0
  for (let i = 0; i < 300; i++) {
    // By lot, a few at a time.
    for (let ask = 0; ask < 60; ask++) {
      if (!peersOf(records, `key${i}`, 2).includes(`honest${i}`)) continue
      known++
      break
    }
  }
  t.is(known, 300)
})

test('should tell by lot, everybody in the end', (t) => {
  const records = create({ ...SMALL, perKeyAndRange: 8, perRange: 20, told: 3 })
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  for (const peer of names) records.put(recordOf('k', peer))
  const told = new Map<string, number>()
  for (let i = 0; i < 8000; i++) {
    const peers = peersOf(records, 'k')
    t.is(new Set(peers).size, 3)
    for (const peer of peers) told.set(peer, (told.get(peer) ?? 0) + 1)
  }
  // 3000 each; binomial, five standard deviations.
  for (const name of names) {
    t.true(Math.abs(told.get(name)! - 3000) < 5 * Math.sqrt(8000 * 0.375 * 0.625), name)
  }
})

test('should stay within all limits, whatever comes', (t) => {
  const records = create()
  const random = seeded(3)
  const kept: ProviderRecord[] = []
  for (let at = 0; at < 20_000; at++) {
    const record = recordOf(
      `k${random.integer(6)}`,
      `p${random.integer(30)}`,
      `r${random.integer(8)}`,
      at
    )
    records.put(record)
    if (random.integer(10) === 0) records.delete(`k${random.integer(6)}`, `p${random.integer(30)}`)
    if (at % 100 !== 0) continue
    kept.length = 0
    for (let key = 0; key < 6; key++) kept.push(...records.of(`k${key}`, at))
    t.is(kept.length, records.size)
    t.true(kept.length <= SMALL.records)
    const most = (by: (record: ProviderRecord) => string): number => {
      const counts = new Map<string, number>()
      for (const one of kept) counts.set(by(one), (counts.get(by(one)) ?? 0) + 1)
      return Math.max(0, ...counts.values())
    }
    t.true(most(({ key }) => key) <= SMALL.perKey)
    t.true(most(({ peer }) => peer) <= SMALL.perPeer)
    t.true(most(({ range }) => range) <= SMALL.perRange)
    t.true(most(({ key, range }) => `${key} ${range}`) <= SMALL.perKeyAndRange)
  }
})
