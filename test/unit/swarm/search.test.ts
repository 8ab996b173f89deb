import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { ERRANDS, type Errand, Search } from '../../../src/swarm/search.ts'

const MINUTE = 60_000
/** Jitter takes nothing off. */
const WHOLE = (): number => 0

/** When each errand is run until `end`, by a peer that looks at the moment that it names. */
const run = (search: Search, end: number, start = 0): Record<Errand, number[]> => {
  const done: Record<Errand, number[]> = { dht: [], local: [], provide: [] }
  let now = start
  while (now <= end) {
    for (const errand of search.due(now)) done[errand].push(now)
    now = search.next
  }
  return done
}

test('should ask all at once at the start, and then ever more seldom while it is alone', (t) => {
  const { dht, local } = run(new Search(0, WHOLE), 4 * MINUTE)
  t.deepEqual(
    dht.map((at) => at / 1000),
    [0, 2, 6, 14, 30, 62, 122, 182]
  )
  t.deepEqual(local, dht)
})

test('should provide soon again at first, and then three times an hour', (t) => {
  const { provide } = run(new Search(0, WHOLE), 50 * MINUTE)
  t.deepEqual(
    provide.map((at) => at / 1000),
    [0, 15, 75, 315, 1515, 2715]
  )
})

test('should ask the more seldom the more members there are, and never stop', (t) => {
  for (const [others, seconds] of [
    [1, 60],
    [7, 120],
    [31, 480],
    [1000, 900]
  ] as const) {
    const search = new Search(0, WHOLE)
    search.due(0)
    search.company(others, 0)
    const { dht } = run(search, 24 * 60 * MINUTE)
    const pauses = dht.slice(1).map((at, i) => (at - dht[i]!) / 1000)
    const rising = [4, 8, 16, 32, 64, 128, 256, 512].filter((pause) => pause < seconds)
    t.deepEqual(pauses.slice(0, rising.length), rising, `${others} others`)
    t.deepEqual([...new Set(pauses.slice(rising.length))], [seconds], `${others} others`)
    t.true(dht.length >= 24 * 4 - 1)
  }
})

test('should have somebody of a large half ask every quarter of a minute', (t) => {
  const random = seeded(3)
  const members = Array.from({ length: 40 }, () => new Search(0, () => random.next()))
  for (const search of members) search.company(39, 0)
  const asked = members.flatMap((search) => run(search, 600 * MINUTE).dht)
  // 40 members, each every 600 s less a quarter on average.
  const expected = (540 * MINUTE) / (600_000 * 0.75) / (1 / 40)
  const later = asked.filter((at) => at > 60 * MINUTE).length
  t.true(Math.abs(later / expected - 1) < 0.05, `${later} of ${expected}`)
})

test('should ask at once when half of the members are gone, and go on as one that is alone', (t) => {
  const search = new Search(0, WHOLE)
  search.due(0)
  for (const others of [3, 9, 20]) search.company(others, 0)
  search.due(100 * MINUTE)
  search.company(10, 100 * MINUTE + 1)
  t.deepEqual(search.due(100 * MINUTE + 1), [], 'half is not too few')
  search.company(9, 100 * MINUTE + 2)
  t.deepEqual(search.due(100 * MINUTE + 2), ERRANDS)
  search.company(9, 100 * MINUTE + 3)
  t.deepEqual(search.due(100 * MINUTE + 3), [], 'once')
  search.company(0, 101 * MINUTE)
  t.deepEqual(search.due(101 * MINUTE), ERRANDS)
  t.is(search.next, 101 * MINUTE + 2000)
})

test('should not wait for the next turn when something has changed', (t) => {
  const search = new Search(0, WHOLE)
  search.due(0)
  search.company(5, 0)
  search.again('provide', 1000)
  t.deepEqual(search.due(1000), ['provide'])
  search.again('dht', 1500)
  t.deepEqual(search.due(1500), ['dht'])
})

test('should take off up to half of each pause by jitter', (t) => {
  const random = seeded(5)
  const search = new Search(0, () => random.next())
  search.company(7, 0)
  const dht = run(search, 24 * 60 * MINUTE).dht.slice(8)
  const pauses = dht.slice(1).map((at, i) => (at - dht[i]!) / 120_000)
  t.true(Math.min(...pauses) >= 0.5 && Math.max(...pauses) <= 1)
  const mean = pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length
  // Uniform on [0.5, 1]: standard deviation 0.144; five of the mean's.
  t.true(Math.abs(mean - 0.75) < (5 * 0.144) / Math.sqrt(pauses.length), `${mean}`)
})
