/** Peers of d-psgd, sgp and diloco that come back with a checkpoint: one of them, and all at once. */
import test from 'ava'
import { consensusDistance, meanVector } from '../../src/consensus/consensus-distance.ts'
import { distance } from '../helpers/distance.ts'
import {
  beginnings,
  createFaultySwarm,
  happened,
  LENGTH,
  replicasOf,
  runFaulty,
  runOn,
  type Setting,
  statuses
} from '../helpers/faulty-swarm.ts'
import { quadraticTrainers } from '../helpers/synthetic-trainers.ts'

const PEERS = 6
const ALL = Array.from({ length: PEERS }, (_, peer) => peer)
const QUICK = { deadline: { floorMs: 50, ceilingMs: 500 }, startPatienceMs: 500 }
const COMMON = { peers: PEERS, rounds: 80, checkpointEvery: 20, network: { discoveryMs: 20 } }

const SGP: Setting = {
  ...COMMON,
  strategy: { name: 'sgp', ...QUICK },
  topology: { name: 'exponential' }
}
const D_PSGD: Setting = { ...SGP, strategy: { name: 'd-psgd', ...QUICK } }
const trainers = quadraticTrainers(PEERS, LENGTH, 0.05, 3)
const DILOCO: Setting = {
  ...COMMON,
  strategy: { name: 'diloco', ...QUICK, outerMomentum: 0.5, minorityPatienceMs: 1000 },
  topology: { name: 'full' },
  trainer: (peer) => trainers[peer]!
}

const START = beginnings(PEERS)
const MEAN = meanVector(START)
const APART = consensusDistance(START).absolute

/** How far from the mean the farthest peer of an undisturbed run is by then. */
const apartAt = (setting: Setting, ms: number): number => {
  const { swarm } = createFaultySwarm(setting)
  swarm.begin()
  runOn(swarm, () => swarm.clock.now >= ms)
  const replicas = swarm.members.map(({ peer }) => peer!.compute.replica)
  return Math.max(...replicas.map((replica) => distance(replica, MEAN))) / APART
}

/** Rounds that a peer has completed twice: once in each of its lives. */
const again = (rounds: readonly number[]): number => rounds.length - new Set(rounds).size

for (const victims of [[2], ALL]) {
  const who = victims.length === 1 ? 'one peer comes' : 'all peers come'

  for (const [name, setting] of Object.entries({ sgp: SGP, 'd-psgd': D_PSGD })) {
    test(`${name} should go on when ${who} back with a checkpoint`, (t) => {
      for (let atMs = 120; atMs < 200; atMs += 7.3) {
        const faults = [{ kind: 'crash', peers: victims, atMs, returnMs: atMs + 40 }]
        const run = runFaulty({ ...setting, faults })
        t.is(happened(run.swarm).split('returned').length - 1, victims.length)
        t.deepEqual(new Set(statuses(run.swarm)), new Set(['finished']))
        const replicas = replicasOf(run.swarm.members)
        t.true(consensusDistance(replicas).absolute < 1e-4 * APART, `at ${atMs} ms`)
        // What was on its way is gone, and what a checkpoint does not know of exists twice: whatever is left is a
        // mean, with other weights, of what the peers had when they kept it.
        const off = distance(meanVector(replicas), MEAN) / APART
        const most = apartAt(setting, atMs - 60)
        t.true(off < most, `at ${atMs} ms: ${off}, and they were ${most} away`)
        // Checkpoints are 20 ms old at the most, and a round takes about as long: nobody begins anew.
        for (const rounds of run.rounds) t.true(again(rounds) <= 3, `${again(rounds)} rounds again`)
      }
    })
  }

  test(`diloco should go on with one replica when ${who} back with a checkpoint`, (t) => {
    const undisturbed = runFaulty(DILOCO)
    const expected = undisturbed.swarm.members[0]!.replica!
    for (let atMs = 120; atMs < 200; atMs += 7.3) {
      const faults = [{ kind: 'crash', peers: victims, atMs, returnMs: atMs + 40 }]
      const run = runFaulty({ ...DILOCO, faults })
      t.is(happened(run.swarm).split('returned').length - 1, victims.length)
      t.deepEqual(new Set(statuses(run.swarm)), new Set(['finished']))
      const hashes = run.swarm.members.map(({ replicaHash }) => replicaHash)
      t.is(new Set(hashes).size, 1, `at ${atMs} ms`)
      const off = distance(run.swarm.members[0]!.replica!, expected)
      t.true(off < 0.02 * distance(expected, new Float64Array(LENGTH)), `at ${atMs} ms: ${off}`)
      for (const rounds of run.rounds) t.true(again(rounds) <= 3, `${again(rounds)} rounds again`)
    }
  })
}
