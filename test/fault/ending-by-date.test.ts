/** Runs that end at a date: no further round, and an end as after the last one. */
import test from 'ava'
import type { VirtualSwarm } from '../../src/simulation/virtual-swarm.ts'
import { createDeltaSwarm, expectedHash, fingerprints } from '../helpers/delta-swarm.ts'
import { createFaultySwarm, runOn, statuses } from '../helpers/faulty-swarm.ts'

const PEERS = 6
const ROUNDS = 200
const ENDS_MS = 1500

/** Clocks differ: peer i is told a little later than peer i - 1. */
const endAt = ({ clock, members }: VirtualSwarm, skewMs: number): void => {
  for (const { index } of members) {
    clock.after(ENDS_MS + index * skewMs, () => members[index]!.peer?.end())
  }
}

for (const skewMs of [0, 7, 400]) {
  test(`delta-set: all should end with one replica, clocks ${skewMs} ms apart`, (t) => {
    const whole = createDeltaSwarm({
      peers: PEERS,
      rounds: ROUNDS,
      length: 2000,
      topology: { name: 'ring' }
    })
    const { swarm, rejects, rounds } = whole
    swarm.begin()
    endAt(swarm, skewMs)
    runOn(swarm)
    t.deepEqual(statuses(swarm), new Array(PEERS).fill('finished'))
    t.deepEqual([...new Set(fingerprints(whole))], [expectedHash(whole)])
    t.deepEqual(rejects, [])
    for (const own of rounds) t.true(own.length > 10 && own.length < ROUNDS / 2, `${own.length}`)
  })

  test(`gossip averaging: all should end cleanly, clocks ${skewMs} ms apart`, (t) => {
    const { swarm, rounds } = createFaultySwarm({
      peers: PEERS,
      rounds: 2000,
      topology: { name: 'ring' }
    })
    swarm.begin()
    endAt(swarm, skewMs)
    runOn(swarm)
    t.deepEqual(statuses(swarm), new Array(PEERS).fill('finished'))
    for (const own of rounds) t.true(own.length > 10 && own.length < 2000, `${own.length}`)
  })
}

test('a follower should end with the others, and one that is told before it begins at once', (t) => {
  const whole = createDeltaSwarm({
    peers: PEERS,
    rounds: ROUNDS,
    length: 2000,
    topology: { name: 'full' },
    followers: [2]
  })
  const { swarm } = whole
  swarm.begin()
  endAt(swarm, 0)
  swarm.clock.after(0, () => swarm.members[3]!.peer!.end())
  runOn(swarm)
  t.deepEqual(statuses(swarm), new Array(PEERS).fill('finished'))
  // Who has ended early has what there was then; the others agree.
  const late = fingerprints(whole).filter((_, peer) => peer !== 3)
  t.is(new Set(late).size, 1)
})
