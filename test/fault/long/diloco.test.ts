/** DiLoCo when peers die, stall, come late or cannot be reached: whoever ends, ends with one replica. */
import test from 'ava'
import { meanVector } from '../../../src/consensus/consensus-distance.ts'
import { seeded } from '../../../src/random.ts'
import type { Trainer } from '../../../src/strategy/strategy.ts'
import { distance } from '../../helpers/distance.ts'
import {
  type FaultySwarm,
  happened,
  LENGTH,
  runFaulty,
  type Setting,
  statuses
} from '../../helpers/faulty-swarm.ts'
import { quadraticTrainers } from '../../helpers/synthetic-trainers.ts'

const PEERS = 6
const ROUNDS = 40
const trainers = quadraticTrainers(PEERS, LENGTH, 0.05, 3)
const trainer = (peer: number): Trainer => trainers[peer]!
const OPTIMUM = meanVector(trainers.map(({ optimum }) => optimum))
const APART = distance(OPTIMUM, new Float64Array(LENGTH))

const STRATEGY = {
  name: 'diloco',
  outerMomentum: 0.5,
  deadline: { floorMs: 50, ceilingMs: 500 },
  minorityPatienceMs: 2000
}
const SETTING: Setting = {
  peers: PEERS,
  rounds: ROUNDS,
  strategy: STRATEGY,
  topology: { name: 'full' },
  trainer
}

const ended = ({ swarm }: FaultySwarm) =>
  swarm.members.filter(({ status }) => status === 'finished')

/** Why those who finished do not all have one replica; null if they do. */
const disagreement = (run: FaultySwarm): string | null => {
  const hashes = ended(run).map(({ replicaHash }) => replicaHash)
  return new Set(hashes).size === 1 ? null : `${statuses(run.swarm)}: ${hashes}`
}

const undisturbed = runFaulty(SETTING)
const left = (run: FaultySwarm): number => distance(ended(run)[0]!.replica!, OPTIMUM) / APART

test('should come to the optimum of all without faults', (t) => {
  t.is(disagreement(undisturbed), null)
  t.true(left(undisturbed) < 0.05, `${left(undisturbed)}`)
  for (const { counters } of undisturbed.swarm.members) {
    t.deepEqual(counters.tally().rejected, {})
  }
})

/** The first by name closes the rounds, the last never does. */
for (const [who, victim] of [
  ['who closes rounds', 0],
  ['who comes next', 1],
  ['who does not', PEERS - 1]
] as const) {
  test(`should end with one replica wherever a peer ${who} dies`, (t) => {
    let crashed = 0
    // A round takes some 20 ms and the run some 1100: at every step of the protocol.
    for (let atMs = 30; atMs < 160; atMs += 1.7) {
      const run = runFaulty({ ...SETTING, faults: [{ kind: 'crash', peers: [victim], atMs }] })
      crashed += run.swarm.faults.counts['crashed'] ?? 0
      t.is(ended(run).length, PEERS - 1, `at ${atMs} ms: ${statuses(run.swarm)}`)
      t.is(disagreement(run), null, `at ${atMs} ms`)
      t.is(run.rounds[2]!.at(-1), ROUNDS - 1)
      // No step of theirs is lost: what is left is as far from the optimum of those who stay.
      const mean = meanVector(trainers.filter((_, i) => i !== victim).map(({ optimum }) => optimum))
      const off = distance(ended(run)[0]!.replica!, mean) / APART
      t.true(off < 0.2, `at ${atMs} ms: ${off}`)
      // They wait for it once, in the end.
      const took = run.swarm.clock.now - undisturbed.swarm.clock.now
      t.true(took < 5500, `at ${atMs} ms: ${took} ms longer`)
    }
    t.is(crashed, 77)
  })
}

test('should end with one replica when several die, come back and come late, at any time', (t) => {
  const random = seeded(5)
  const counts = new Map<string, number>()
  for (let seed = 0; seed < 120; seed++) {
    const faults: object[] = []
    for (let peer = 0; peer < PEERS; peer++) {
      const atMs = 20 + 500 * random.next()
      const what = random.integer(6)
      if (what === 0) faults.push({ kind: 'join', peers: [peer], atMs })
      if (what === 1) faults.push({ kind: 'leave', peers: [peer], atMs })
      if (what === 2) faults.push({ kind: 'crash', peers: [peer], atMs, returnMs: atMs + 150 })
      if (what === 3) {
        const state = 'lost'
        faults.push({ kind: 'crash', peers: [peer], atMs, returnMs: atMs + 150, state })
      }
    }
    const run = runFaulty({ ...SETTING, rounds: 80, seed, faults, network: { discoveryMs: 20 } })
    for (const [event, count] of Object.entries(run.swarm.faults.counts)) {
      counts.set(event, (counts.get(event) ?? 0) + count)
    }
    t.is(disagreement(run), null, `seed ${seed}: ${happened(run.swarm)}`)
  }
  for (const event of ['joined', 'left', 'crashed', 'returned']) {
    t.true((counts.get(event) ?? 0) > 30, `${counts.get(event)} ${event}`)
  }
})

test('should end with one replica with frames that are lost, come twice or come late', (t) => {
  for (const [name, network] of Object.entries({
    lost: { loss: 0.02 },
    doubled: { duplicates: 0.5 },
    delayed: { delays: { probability: 0.2, ms: 120 }, jitterMs: 5 },
    all: { loss: 0.01, duplicates: 0.3, delays: { probability: 0.1, ms: 80 } }
  })) {
    // A round outlasts a redial, so that a broken link costs a part or two and not most of the run.
    const strategy = { ...STRATEGY, deadline: { floorMs: 250, ceilingMs: 1000 } }
    const run = runFaulty({ ...SETTING, strategy, network, stepMs: 60 })
    const { lostFrames, duplicatedFrames, delayedFrames } = run.swarm.network.faults
    const fired = lostFrames + duplicatedFrames + delayedFrames
    t.true(fired > 20, `${name}: only ${fired}`)
    t.is(ended(run).length, PEERS, name)
    t.is(disagreement(run), null, name)
    // The others' optimum is half of APART away, and a step without one peer's part goes a seventh of the way.
    t.true(left(run) < 0.25, `${name}: ${left(run)}`)
  }
})

test('should go on with the majority where a partition cuts the swarm, and take up the others', (t) => {
  for (const groups of [[[0, 1]], [[4, 5]], [[0, 1, 2]], [[0], [1]]]) {
    const faults = [{ kind: 'partition', groups, fromMs: 203, toMs: 700 }]
    const run = runFaulty({ ...SETTING, rounds: 80, faults })
    t.is(happened(run.swarm), 'partitioned, healed')
    t.is(ended(run).length, PEERS, JSON.stringify(groups))
    t.is(disagreement(run), null, JSON.stringify(groups))
    t.true(left(run) < 0.1, `${JSON.stringify(groups)}: ${left(run)}`)
  }
})

test('should take the history of more parts where both sides have gone on', (t) => {
  const faults = [{ kind: 'partition', groups: [[0, 1]], fromMs: 203, toMs: 1200 }]
  // Nobody waits for a majority.
  const strategy = { ...STRATEGY, minorityPatienceMs: 0 }
  const run = runFaulty({ ...SETTING, rounds: 150, faults, strategy })
  t.is(ended(run).length, PEERS)
  t.is(disagreement(run), null)
  const states = run.swarm.members.map(({ counters }) => counters.tally().sentByKind['6'])
  t.true(
    states.some((sent) => sent !== undefined),
    'nobody has asked for a state'
  )
})

test('should not wait for a slow peer, and count what it brings late', (t) => {
  const run = runFaulty({ ...SETTING, stepOf: (peer) => (peer === 3 ? 40 : 5) })
  t.is(disagreement(run), null)
  t.is(ended(run).length, PEERS)
  t.true(run.swarm.clock.now < 3 * undisturbed.swarm.clock.now, `${run.swarm.clock.now} ms`)
  const { weight } = run.swarm.members[3]!.counters.tally().chosen
  t.true(weight !== undefined && weight < 1 / PEERS)
  // Without the slow one's parts it would end at the optimum of the others.
  const others = meanVector(trainers.filter((_, i) => i !== 3).map(({ optimum }) => optimum))
  const replica = ended(run)[0]!.replica!
  t.true(distance(replica, others) > 0.02 * APART, `${distance(replica, others) / APART}`)
})

test('should wait for no peer that is hung while it closes the rounds', (t) => {
  const run = runFaulty({ ...SETTING, stepOf: (peer) => (peer === 0 ? 5000 : 5) })
  const others = run.swarm.members.slice(1)
  t.is(new Set(others.map(({ replicaHash }) => replicaHash)).size, 1)
  for (const [peer, rounds] of run.rounds.entries()) {
    if (peer > 0) t.is(rounds.length, ROUNDS, `peer ${peer}`)
  }
})
