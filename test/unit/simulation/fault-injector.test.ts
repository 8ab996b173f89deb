/** When faults come about, against calendars played by hand and the statistics of churn. */
import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { FaultInjector, type Victims } from '../../../src/simulation/faults/fault-injector.ts'
import { faultSchema } from '../../../src/simulation/faults/fault-schema.ts'
import { VirtualClock } from '../../../src/simulation/virtual-clock.ts'

const PEERS = 6

interface Played {
  readonly injector: FaultInjector
  readonly clock: VirtualClock
  /** `what peer at time`. */
  readonly acts: string[]
  readonly divisions: number[][]
}

/** Peers that do what they are told at once, and know whether they are there. */
const schedule = (faults: readonly object[], seed = 1, partingMs = 0): Played => {
  const clock = new VirtualClock()
  const parsed = faults.map((fault) => faultSchema.parse(fault))
  const late = parsed.flatMap((fault) => (fault.kind === 'join' ? fault.peers : []))
  const here = new Set(Array.from({ length: PEERS }, (_, i) => i).filter((i) => !late.includes(i)))
  const acts: string[] = []
  const divisions: number[][] = []
  const act = (what: string, peer: number, possible: boolean): boolean => {
    if (!possible) return false
    acts.push(`${what} ${peer} at ${clock.now}`)
    return true
  }
  const victims: Victims = {
    arrive: (peer) => act('arrive', peer, !here.has(peer)) && here.add(peer) !== undefined,
    leave: (peer, gone) => {
      if (!act('leave', peer, here.delete(peer))) return false
      if (partingMs === 0) gone()
      else clock.after(partingMs, gone)
      return true
    },
    crash: (peer, lost) => act(lost ? 'lose' : 'crash', peer, here.delete(peer)),
    divide: (sideOf) =>
      void divisions.push(Array.from({ length: PEERS }, (_, peer) => sideOf(peer)))
  }
  const injector = new FaultInjector(clock, seeded(seed).fork('faults'), PEERS, victims)
  injector.schedule(parsed)
  return { injector, clock, acts, divisions }
}

const play = (faults: readonly object[], seed = 1, until = Infinity): Played => {
  const played = schedule(faults, seed)
  while (played.clock.now < until && played.clock.step());
  return played
}

test('should bring about what the calendar says, when it says so, and write it down', (t) => {
  const { acts, injector } = play([
    { kind: 'leave', peers: [3], atMs: 300, returnMs: 350 },
    { kind: 'join', peers: [5], atMs: 50 },
    { kind: 'crash', peers: [0, 1], atMs: 100, returnMs: 200 },
    { kind: 'crash', peers: [2], atMs: 100, returnMs: 200, state: 'lost' }
  ])
  t.deepEqual(acts, [
    'arrive 5 at 50',
    'crash 0 at 100',
    'crash 1 at 100',
    'lose 2 at 100',
    'arrive 0 at 200',
    'arrive 1 at 200',
    'arrive 2 at 200',
    'leave 3 at 300',
    'arrive 3 at 350'
  ])
  t.deepEqual(injector.counts, { joined: 1, crashed: 3, returned: 4, left: 1 })
  t.deepEqual(injector.log[0], { atMs: 50, peer: 5, event: 'joined', detail: null })
  t.deepEqual(
    injector.log.filter(({ event }) => event === 'returned').map(({ detail }) => detail),
    ['with its replica', 'with its replica', 'without its state', 'with its replica']
  )
})

test('should let a peer return before it goes again at the same moment, in any order of the list', (t) => {
  const stays = [
    { kind: 'crash', peers: [0], atMs: 100, returnMs: 200 },
    { kind: 'crash', peers: [0], atMs: 200 }
  ]
  for (const faults of [stays, stays.toReversed()]) {
    const { acts } = play(faults)
    t.deepEqual(acts, ['crash 0 at 100', 'arrive 0 at 200', 'crash 0 at 200'])
  }
})

test('should count the comings that are still on the calendar', (t) => {
  const { injector, clock } = schedule([
    { kind: 'join', peers: [4, 5], atMs: 50 },
    { kind: 'crash', peers: [0], atMs: 100, returnMs: 200 },
    { kind: 'leave', peers: [1], atMs: 100 }
  ])
  const counts = [injector.awaited]
  while (clock.step()) if (counts.at(-1) !== injector.awaited) counts.push(injector.awaited)
  t.deepEqual(counts, [3, 2, 1, 0])
})

test('should write a clean parting down when the peer has parted', (t) => {
  const { injector, clock } = schedule([{ kind: 'leave', peers: [1], atMs: 100 }], 1, 30)
  while (clock.step());
  t.deepEqual(injector.log, [{ atMs: 130, peer: 1, event: 'left', detail: null }])
})

test('should keep quiet about what did not happen', (t) => {
  const { injector, clock, acts } = schedule([
    { kind: 'join', peers: [0], atMs: 1000 },
    { kind: 'crash', peers: [0], atMs: 100 }
  ])
  while (clock.now < 100 && clock.step());
  t.deepEqual(acts, [])
  t.deepEqual(injector.counts, {})
  t.deepEqual(injector.log, [])
})

/** Equal numbers for those on one side. */
const groupsOf = (sides: readonly number[]): string =>
  [...Map.groupBy(sides.keys(), (peer) => sides[peer]).values()].map((one) => one.join('')).join()

test('should put peers on sides, those that are in no group on one of their own', (t) => {
  const { divisions, injector } = play([
    { kind: 'partition', groups: [[0, 1], [2]], fromMs: 10, toMs: 20 }
  ])
  t.deepEqual(divisions.map(groupsOf), ['01,2,345', '012345'])
  t.deepEqual(
    injector.log.map(({ atMs, peer, event, detail }) => [atMs, peer, event, detail]),
    [
      [10, null, 'partitioned', '0 1 | 2'],
      [20, null, 'healed', '0 1 | 2']
    ]
  )
})

test('should let only those talk whom no partition of several parts', (t) => {
  const { divisions } = play([
    { kind: 'partition', groups: [[0, 1, 2]], fromMs: 10, toMs: 40 },
    { kind: 'partition', groups: [[0, 3]], fromMs: 20, toMs: 30 },
    { kind: 'partition', groups: [[5]], fromMs: 35 }
  ])
  t.deepEqual(divisions.map(groupsOf), ['012,345', '0,12,3,45', '012,345', '012,34,5', '01234,5'])
})

const churn = { kind: 'churn', meanUpMs: 400, meanAwayMs: 100 }

/** How long every peer was there, and away, between its events. */
const stretches = ({ injector }: Played, from: number): { up: number[]; away: number[] } => {
  const up: number[] = []
  const away: number[] = []
  for (let peer = 0; peer < PEERS; peer++) {
    let since = from
    for (const { atMs, event } of injector.log.filter((entry) => entry.peer === peer)) {
      ;(event === 'returned' ? away : up).push(atMs - since)
      since = atMs
    }
  }
  return { up, away }
}

test('should churn with exponential times of the given means', (t) => {
  const played = play([{ ...churn, fromMs: 50 }], 3, 300_000)
  const { up, away } = stretches(played, 50)
  t.true(up.length > 3000, `${up.length} goings were written down`)
  for (const [values, mean] of [
    [up, 400],
    [away, 100]
  ] as const) {
    const found = values.reduce((sum, value) => sum + value) / values.length
    t.true(Math.abs(found - mean) < (4 * mean) / Math.sqrt(values.length), `${found} of ${mean}`)
    const beyond = values.filter((value) => value > 2 * mean).length / values.length
    const share = Math.exp(-2)
    t.true(Math.abs(beyond - share) < 4 * Math.sqrt(share / values.length), `${beyond}`)
  }
})

test('should choose crashes, and losses among them, with their shares', (t) => {
  const { acts } = play([{ ...churn, crashes: 0.3, losses: 0.25 }], 4, 300_000)
  const count = (what: string): number => acts.filter((act) => act.startsWith(what)).length
  const [leaves, kept, lost] = ['leave', 'crash', 'lose'].map(count) as [number, number, number]
  const goings = leaves + kept + lost
  t.true(goings > 3000)
  t.true(Math.abs(kept + lost - 0.3 * goings) < 4 * Math.sqrt(goings * 0.21), `${kept + lost}`)
  t.true(Math.abs(lost - 0.25 * (kept + lost)) < 4 * Math.sqrt((kept + lost) * 0.1875), `${lost}`)
  for (const [crashes, losses, only] of [
    [0, 1, 'leave'],
    [1, 0, 'crash'],
    [1, 1, 'lose']
  ] as const) {
    const played = play([{ ...churn, crashes, losses }], 4, 5000)
    const kinds = new Set(played.acts.map((act) => act.split(' ')[0]))
    t.deepEqual([...kinds].sort(), ['arrive', only].sort())
  }
})

test('should begin no going before or after its time, but bring everyone back', (t) => {
  const { injector, acts } = play([{ ...churn, peers: [0, 1, 2], fromMs: 1000, toMs: 5000 }], 5)
  const goings = injector.log.filter(({ event }) => event !== 'returned')
  t.true(goings.length > 10)
  for (const { atMs } of goings) t.true(atMs >= 1000 && atMs < 5000, `gone at ${atMs}`)
  t.is(acts.filter((act) => act.startsWith('arrive')).length, goings.length)
  t.true(goings.every(({ peer }) => peer! <= 2))
  t.is(injector.awaited, 0)
})

test('should give each peer times of its own, that do not depend on the others', (t) => {
  const of = (peers: number[] | null, seed: number) =>
    play([{ ...churn, peers }], seed, 5000).injector.log.filter(
      ({ peer, atMs }) => peer === 2 && atMs < 5000
    )
  t.deepEqual(of([2], 1), of(null, 1))
  t.notDeepEqual(of(null, 1), of(null, 2))
})

test('should churn a peer that comes late from its coming on', (t) => {
  for (let seed = 0; seed < 10; seed++) {
    const { injector } = play(
      [
        { kind: 'join', peers: [0], atMs: 5000 },
        { ...churn, peers: [0] }
      ],
      seed,
      50_000
    )
    const goings = injector.log.filter(({ event }) => event !== 'returned' && event !== 'joined')
    t.true(goings.length > 20, `seed ${seed}: gone ${goings.length} times`)
    t.true(goings[0]!.atMs > 5000)
  }
})

test('should count on when the log is full', (t) => {
  const { injector } = play([{ ...churn, meanUpMs: 10, meanAwayMs: 10 }], 1, 60_000)
  t.is(injector.log.length, 10_000)
  t.true((injector.counts['returned'] ?? 0) > 10_000)
})
