/** Swarms of gossip averaging in which some only follow, always or for a while. */
import test from 'ava'
import { meanVector } from '../../src/consensus/consensus-distance.ts'
import { distance } from '../helpers/distance.ts'
import {
  beginnings,
  createFaultySwarm,
  replicasOf,
  runFaulty,
  runOn,
  statuses
} from '../helpers/faulty-swarm.ts'

const ROUNDS = 60
const TOPOLOGIES = [
  { name: 'ring' },
  { name: 'full' },
  { name: 'random-regular', degree: 3, lifetime: 20 }
]

for (const topology of TOPOLOGIES) {
  test(`should follow few trainers to the end and move no mean: ${JSON.stringify(topology)}`, (t) => {
    const peers = 12
    const trains = (peer: number): boolean => peer % 4 === 0
    const { swarm, rounds } = runFaulty({ peers, rounds: ROUNDS, topology, trains })
    t.deepEqual(new Set(statuses(swarm)), new Set(['finished']))
    for (const [peer, own] of rounds.entries()) {
      t.deepEqual(
        own,
        [...new Set(own)].sort((a, b) => a - b),
        `peer ${peer} repeats a round`
      )
      if (trains(peer)) t.is(own.length, ROUNDS, `peer ${peer}`)
      // It may skip rounds, as any peer, and does so at the end, too.
      t.true(own.at(-1)! < ROUNDS && own.at(-1)! > ROUNDS - 5, `peer ${peer} ends in ${own.at(-1)}`)
    }
    const mean = meanVector(beginnings(peers))
    t.log(rounds.map((own) => own.length).join(' '))
    const drift = distance(meanVector(replicasOf(swarm.members)), mean)
    // float32 rounding of some hundreds of mixings of numbers about 1, in 20 places.
    t.true(drift < 1e-5, `${drift}`)
  })
}

test('should not be much slower for those who follow', (t) => {
  const endOf = (trains: (peer: number) => boolean): number => {
    const { swarm } = runFaulty({ peers: 8, rounds: ROUNDS, trains })
    return swarm.clock.now
  }
  const [all, half] = [endOf(() => true), endOf((peer) => peer % 2 === 0)]
  t.log(`${all} ms, with half of them following ${half} ms`)
  // A follower begins when it is asked: its answer comes a trip later than a trainer's of the same pace.
  t.true(half < 2 * all, `${half}, ${all}`)
})

test('should stand still while nobody trains, and go on when somebody does', (t) => {
  const { swarm, rounds } = createFaultySwarm({ peers: 6, rounds: ROUNDS })
  swarm.begin()
  const completed = (): number => rounds.reduce((sum, own) => sum + own.length, 0)
  runOn(swarm, () => completed() >= 6 * 20)
  for (const { peer } of swarm.members) peer?.training(false)
  // Not by the swarm's own end: time goes on, and nothing happens.
  const until = (ms: number): void => {
    let there = false
    swarm.clock.after(ms, () => {
      there = true
    })
    runOn(swarm, () => there)
  }
  until(10_000)
  const paused = completed()
  until(100_000)
  t.is(completed(), paused)
  t.true(paused < 6 * 30, 'the rounds under way have ended, and no others have begun')
  for (const { peer } of swarm.members) peer?.training(true)
  runOn(swarm)
  t.deepEqual(new Set(statuses(swarm)), new Set(['finished']))
  for (const own of rounds) t.is(own.at(-1), ROUNDS - 1)
})

test('should have a follower wait for a swarm that begins later, and take part in it', (t) => {
  const faults = [{ kind: 'join', peers: [1, 2, 3], atMs: 60_000 }]
  const trains = (peer: number): boolean => peer > 0
  const { swarm, rounds } = runFaulty({ peers: 4, rounds: ROUNDS, faults, trains, stepMs: 400 })
  t.is(statuses(swarm)[0], 'finished')
  t.true(rounds[0]!.length > ROUNDS / 2)
  t.true(swarm.clock.now > 60_000)
})
