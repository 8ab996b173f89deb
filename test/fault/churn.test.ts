/** Whole swarms whose peers come and go: they repeat themselves, end, and say how. */
import test from 'ava'
import { runVirtualSwarm } from '../../src/simulation/virtual-swarm.ts'
import {
  createFaultySwarm,
  happened,
  replicasOf,
  runFaulty,
  runOn,
  type Setting,
  statuses
} from '../helpers/faulty-swarm.ts'

const ALL_AT_ONCE: Setting = {
  peers: 12,
  rounds: 60,
  compression: { name: 'int4' },
  topology: { name: 'random-regular', degree: 4, lifetime: 10 },
  network: {
    duplicates: 0.1,
    delays: { probability: 0.05, ms: 60 },
    classes: [
      { name: 'fibre', share: 1 },
      { name: 'home', share: 2, latencyMs: { distribution: 'lognormal', median: 20, sigma: 0.5 } },
      { name: 'mobile', share: 1, loss: 0.05 }
    ],
    discoveryMs: 100,
    forgetMs: 500
  },
  faults: [
    { kind: 'churn', meanUpMs: 500, meanAwayMs: 150, losses: 0.3, toMs: 2000 },
    { kind: 'join', peers: [3], atMs: 300 },
    { kind: 'partition', groups: [[0, 1, 2, 3, 4]], fromMs: 400, toMs: 900 }
  ]
}

test('should give the same trace for the same seed with every fault, and another for another', (t) => {
  const [first, again, other] = [1, 1, 2].map((seed) => runFaulty({ ...ALL_AT_ONCE, seed }))
  const { swarm } = first!
  // The injectors have fired, all of them.
  const { lostFrames, delayedFrames, duplicatedFrames } = swarm.network.faults
  t.true(Math.min(lostFrames, delayedFrames, duplicatedFrames) > 5)
  const kinds = ['joined', 'left', 'crashed', 'returned', 'partitioned', 'healed']
  t.deepEqual(Object.keys(swarm.faults.counts).sort(), kinds.sort())
  t.true((swarm.faults.counts['crashed'] ?? 0) > 5)
  t.deepEqual(again!.trace, first!.trace)
  t.deepEqual(again!.swarm.faults.log, swarm.faults.log)
  t.deepEqual(replicasOf(again!.swarm.members), replicasOf(swarm.members))
  t.notDeepEqual(other!.trace, first!.trace)
  t.notDeepEqual(other!.swarm.faults.log, swarm.faults.log)
})

test('should say of each peer what has become of it', (t) => {
  const { swarm } = runFaulty({
    peers: 6,
    rounds: 40,
    faults: [
      { kind: 'crash', peers: [0], atMs: 200 },
      { kind: 'leave', peers: [1], atMs: 200 },
      { kind: 'crash', peers: [2], atMs: 200, returnMs: 300 },
      { kind: 'join', peers: [3], atMs: 200 },
      { kind: 'join', peers: [4], atMs: 1e9 }
    ]
  })
  t.deepEqual(statuses(swarm), ['away', 'away', 'finished', 'finished', 'not started', 'finished'])
  t.is(swarm.members[4]!.replica, null)
})

test('should let a peer go at once whose return comes before it has parted', (t) => {
  const { swarm } = runFaulty({
    peers: 5,
    rounds: 20,
    faults: [{ kind: 'leave', peers: [2], atMs: 150, returnMs: 153 }]
  })
  t.is(happened(swarm), 'left 2, returned 2')
  t.deepEqual(
    swarm.faults.log.map(({ atMs }) => atMs),
    [153, 153]
  )
  t.is(swarm.members[2]!.status, 'finished')
})

test('should wait for those who are to return when nobody is there', (t) => {
  const all = [0, 1, 2, 3]
  const { swarm, rounds } = runFaulty({
    peers: 4,
    rounds: 20,
    faults: [{ kind: 'crash', peers: all, atMs: 150, returnMs: 5000 }]
  })
  t.deepEqual(statuses(swarm), new Array(4).fill('finished'))
  for (const mine of rounds) t.is(mine.at(-1), 19)
  t.true(swarm.clock.now > 5000)
  const gone = runFaulty({
    peers: 4,
    rounds: 20,
    faults: [{ kind: 'crash', peers: all, atMs: 150 }]
  })
  t.deepEqual(statuses(gone.swarm), new Array(4).fill('away'))
  t.is(gone.swarm.clock.now, 150)
})

test('should close the ring around a peer once the others have learnt that it is gone', (t) => {
  for (const [kind, learnt] of [
    ['leave', 100],
    ['crash', 400]
  ] as const) {
    const { swarm } = createFaultySwarm({
      peers: 5,
      rounds: 100,
      topology: { name: 'ring' },
      network: { discoveryMs: 100, forgetMs: 400 },
      faults: [{ kind, peers: [2], atMs: 200 }]
    })
    const closed = (): boolean =>
      [...swarm.network.edges()].some(([a, b]) => a.endsWith('1') && b.endsWith('3'))
    swarm.begin()
    runOn(swarm, closed)
    t.true(closed(), `${kind}: never`)
    // Known after so long; the dial takes three trips of 10 ms, and both ends notice.
    const since = swarm.faults.log[0]!.atMs + learnt
    t.true(swarm.clock.now >= since + 30 && swarm.clock.now <= since + 40, `${kind}: ${since}`)
  }
})

test('should let nobody come any more once the run has been told to end', async (t) => {
  const { swarm } = createFaultySwarm({
    peers: 16,
    rounds: 1_000_000,
    faults: [{ kind: 'churn', meanUpMs: 100, meanAwayMs: 10 }]
  })
  const told = new AbortController()
  swarm.clock.after(500, () => told.abort())
  // Far beyond what parting takes; it also ends this test where the run would go on for ever.
  await runVirtualSwarm(swarm, told.signal, () => swarm.clock.now > 20_000)
  t.true(told.signal.aborted)
  t.true(swarm.over(), `still training at ${swarm.clock.now} ms`)
})
