/** Peers that come late or come back: with what they begin, in which round, and where they end. */
import test from 'ava'
import { consensusDistance, meanVector } from '../../src/consensus/consensus-distance.ts'
import { layoutOf } from '../../src/vector/layout.ts'
import type { Vector } from '../../src/vector/vector.ts'
import { distance } from '../helpers/distance.ts'
import {
  beginnings,
  createFaultySwarm,
  type FaultySwarm,
  happened,
  LENGTH,
  replicasOf,
  runFaulty,
  runOn,
  type Setting
} from '../helpers/faulty-swarm.ts'
import { nothingSaved } from '../helpers/synthetic-trainers.ts'

const PEERS = 8
const ROUNDS = 80
const VICTIM = 5
const SETTING: Setting = { peers: PEERS, rounds: ROUNDS }

const eventsOf = ({ swarm }: FaultySwarm): string[] => swarm.faults.log.map(({ event }) => event)

/** The victim's replica just after it has gone, and just after it has returned. */
const before = (
  fault: object
): { gone: Vector | null; back: Vector | null; whole: FaultySwarm } => {
  const whole = createFaultySwarm({ ...SETTING, faults: [fault] })
  const { swarm } = whole
  const victim = swarm.members[VICTIM]!
  swarm.begin()
  runOn(swarm, () => eventsOf(whole).length === 1)
  const gone = victim.replica?.slice() ?? null
  runOn(swarm, () => eventsOf(whole).length === 2)
  const back = victim.replica?.slice() ?? null
  runOn(swarm)
  return { gone, back, whole }
}

const MOMENTS = [45, 61, 77.7, 120, 203]

test('should return from a crash with the replica of that moment, if it was kept', (t) => {
  const own = beginnings(PEERS)[VICTIM]!
  for (const atMs of MOMENTS) {
    const fault = { kind: 'crash', peers: [VICTIM], atMs, returnMs: atMs + 400 }
    const { gone, back, whole } = before(fault)
    t.deepEqual(eventsOf(whole), ['crashed', 'returned'])
    t.deepEqual(back, gone, `${atMs} ms`)
    if (atMs > 100) t.notDeepEqual(gone, own, 'it had mixed something')
  }
})

test('should return from a leave with the replica that it parted with', (t) => {
  for (const atMs of MOMENTS) {
    const { gone, back, whole } = before({
      kind: 'leave',
      peers: [VICTIM],
      atMs,
      returnMs: atMs + 400
    })
    t.deepEqual(eventsOf(whole), ['left', 'returned'])
    t.deepEqual(back, gone, `${atMs} ms`)
  }
})

test('should return from a crash that lost its state as one that has never been there', (t) => {
  let trainers = 0
  const fresh = (peer: number, life: number): Vector =>
    Float32Array.from({ length: LENGTH }, (_, i) => Math.sin(1 + i * 3 + peer * 100 + life * 7))
  const lives = new Map<number, number>()
  const run = createFaultySwarm({
    ...SETTING,
    faults: [{ kind: 'crash', peers: [VICTIM], atMs: 150, returnMs: 400, state: 'lost' }],
    trainer: (peer) => {
      trainers++
      const life = lives.get(peer) ?? 0
      lives.set(peer, life + 1)
      return {
        ...nothingSaved,
        layout: layoutOf([{ name: 'x', shape: [LENGTH] }]),
        initial: () => fresh(peer, life),
        train: () => ({ loss: null, samples: 0 })
      }
    }
  })
  // One was made to know the layout; the others when their peers begin.
  trainers = 0
  lives.clear()
  run.swarm.begin()
  t.is(trainers, PEERS)
  const victim = run.swarm.members[VICTIM]!
  runOn(run.swarm, () => eventsOf(run).length === 1)
  t.is(victim.replica, null)
  runOn(run.swarm, () => eventsOf(run).length === 2)
  t.is(trainers, PEERS + 1)
  t.deepEqual(victim.replica, fresh(VICTIM, 1))
  runOn(run.swarm)
  t.is(victim.status, 'finished')
  t.true(victim.replica!.every(Number.isFinite))
})

/** The swarm's round at a moment: the furthest that anyone had completed by then. */
const roundAt = ({ trace }: FaultySwarm, moment: number): number =>
  Math.max(
    ...trace.flatMap((line) => {
      const [, round, , , at] = line.split(' ').map(Number)
      return at! <= moment ? [round!] : []
    })
  )

for (const [name, fault] of Object.entries({
  'comes late': { kind: 'join', peers: [VICTIM], atMs: 600 },
  'returns from a leave': { kind: 'leave', peers: [VICTIM], atMs: 100, returnMs: 600 },
  'returns from a crash': { kind: 'crash', peers: [VICTIM], atMs: 100, returnMs: 600 },
  'returns without its state': {
    kind: 'crash',
    peers: [VICTIM],
    atMs: 100,
    returnMs: 600,
    state: 'lost'
  }
})) {
  test(`should take up the swarm's round, and end with the others, when it ${name}`, (t) => {
    for (const topology of [{ name: 'full' }, { name: 'random-regular', degree: 4 }]) {
      const setting = { ...SETTING, topology, faults: [fault], network: { discoveryMs: 20 } }
      const run = runFaulty(setting)
      t.regex(happened(run.swarm), new RegExp(`(joined|returned) ${VICTIM}$`))
      const mine = run.rounds[VICTIM]!
      const since = mine.filter((round) => round > 15)
      const swarmAt = roundAt(run, 600)
      t.true(swarmAt > 25 && swarmAt < 60, `the swarm was in round ${swarmAt}`)
      // It meets its neighbours within a backoff, three trips and a hello; rounds take some 15 ms.
      t.true(since[0]! >= swarmAt, `${topology.name}: back in round ${since[0]} of ${swarmAt}`)
      t.true(since[0]! <= swarmAt + 40, `${topology.name}: back in round ${since[0]} of ${swarmAt}`)
      t.is(since.at(-1), ROUNDS - 1)
      t.deepEqual(
        since,
        [...since].sort((a, b) => a - b)
      )
      const replicas = replicasOf(run.swarm.members)
      const apart = consensusDistance(beginnings(PEERS)).absolute
      const { absolute } = consensusDistance(replicas)
      t.true(absolute < 1e-3 * apart, `${topology.name}: ${absolute / apart} apart at the end`)
    }
  })
}

test('should let a late joiner take the replicas of the others, and bring in nothing', (t) => {
  const run = runFaulty({
    ...SETTING,
    topology: { name: 'full' },
    network: { discoveryMs: 20 },
    faults: [{ kind: 'join', peers: [VICTIM], atMs: 300 }]
  })
  // Mixing moves no mean, so all end at the mean of those who were there from the beginning.
  const expected = meanVector(beginnings(PEERS).filter((_, peer) => peer !== VICTIM))
  for (const { index, replica } of run.swarm.members) {
    t.true(distance(replica!, expected) < 1e-3, `peer ${index}: ${distance(replica!, expected)}`)
  }
})

test('should not wait long for those who have gone for good', (t) => {
  const free = runFaulty(SETTING)
  const run = runFaulty({ ...SETTING, faults: [{ kind: 'crash', peers: [1, VICTIM], atMs: 200 }] })
  const stayed = run.swarm.members.filter(({ status }) => status === 'finished')
  t.is(stayed.length, PEERS - 2)
  for (const { index } of stayed) t.is(run.rounds[index]!.length, ROUNDS, `peer ${index}`)
  // Their links break and they owe nothing any more: one deadline at the most, and the last goodbyes.
  t.true(run.swarm.clock.now < free.swarm.clock.now + 500 + 2000, `${run.swarm.clock.now} ms`)
  const apart = consensusDistance(replicasOf(stayed)).absolute
  t.true(apart < 1e-3 * consensusDistance(beginnings(PEERS)).absolute, `${apart}`)
})
