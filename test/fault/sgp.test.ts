/** Stochastic gradient push when messages are lost and peers go: what is averaged stays what was there. */
import test from 'ava'
import { consensusDistance, meanVector } from '../../src/consensus/consensus-distance.ts'
import { seeded } from '../../src/random.ts'
import type { VirtualMember } from '../../src/simulation/virtual-member.ts'
import { distance } from '../helpers/distance.ts'
import {
  beginnings,
  createFaultySwarm,
  type FaultySwarm,
  happened,
  replicasOf,
  runFaulty,
  runOn,
  type Setting,
  statuses
} from '../helpers/faulty-swarm.ts'

const PEERS = 8
const VICTIM = 3
const START = beginnings(PEERS)
const APART = consensusDistance(START).absolute
const SETTING: Setting = {
  peers: PEERS,
  rounds: 100,
  strategy: { name: 'sgp' },
  topology: { name: 'exponential' }
}

/** Parameters times mass, and the mass, that a peer has; what it had at its end, once it has gone. */
const holder = ({ peer }: VirtualMember) => {
  const { compute: half } = peer!
  return (): { readonly x: Float64Array; readonly w: number } => {
    const { compute } = half.run({ kind: 'checkpoint' }) as unknown as {
      compute: { vectors: { x: Int32Array }; data: { mass: number } }
    }
    const x = Float64Array.from(compute.vectors.x, (units) => units / 2 ** 24)
    return { x, w: compute.data.mass / 2 ** 32 }
  }
}

/** The farthest that a peer which stayed to the end is from `expected`, in units of the first disagreement. */
const farthest = ({ swarm }: FaultySwarm, expected: ArrayLike<number>): number =>
  Math.max(
    ...swarm.members
      .filter(({ status }) => status === 'finished')
      .map(({ replica }) => distance(replica!, expected) / APART)
  )

for (const loss of [0.05, 0.3]) {
  test(`should average to the mean with ${100 * loss} % of all frames lost`, (t) => {
    for (const topology of [{ name: 'exponential' }, { name: 'random-regular', degree: 3 }]) {
      const run = runFaulty({ ...SETTING, rounds: 200, topology, network: { loss }, stepMs: 200 })
      const { lostFrames } = run.swarm.network.faults
      t.true(lostFrames > 100, `only ${lostFrames} frames were lost`)
      const left = farthest(run, meanVector(START))
      t.log(`${topology.name}: ${lostFrames} frames lost, ${left} of the disagreement left`)
      t.true(left < 1e-6, `${topology.name}: ${left}`)
    }
  })
}

test('should average to the mean with frames that come twice and late', (t) => {
  const network = { duplicates: 0.5, delays: { probability: 0.2, ms: 200 }, jitterMs: 5 }
  const run = runFaulty({ ...SETTING, network })
  const { duplicatedFrames, delayedFrames } = run.swarm.network.faults
  t.true(duplicatedFrames > 500 && delayedFrames > 200, `${duplicatedFrames}, ${delayedFrames}`)
  t.true(farthest(run, meanVector(START)) < 1e-6)
  for (const { counters } of run.swarm.members) t.deepEqual(counters.tally().rejected, {})
})

test('should lose nothing where a partition cuts through what is on its way', (t) => {
  const faults = [{ kind: 'partition', groups: [[0, 1, 2]], fromMs: 103, toMs: 900 }]
  const run = runFaulty({ ...SETTING, rounds: 200, faults })
  t.is(happened(run.swarm), 'partitioned, healed')
  t.true(farthest(run, meanVector(START)) < 1e-5, `${farthest(run, meanVector(START))}`)
})

test('should end with all of the mass there was, to the unit, whatever cut the links', (t) => {
  const network = { duplicates: 0.3, delays: { probability: 0.1, ms: 60 } }
  for (let seed = 1; seed <= 12; seed++) {
    const fromMs = 20 + 13.7 * seed
    const faults = [
      { kind: 'partition', groups: [[0, 1, 2]], fromMs, toMs: fromMs + 90 },
      { kind: 'partition', groups: [[seed % PEERS]], fromMs: fromMs + 300, toMs: fromMs + 420 }
    ]
    const run = createFaultySwarm({ ...SETTING, seed, faults, network })
    run.swarm.begin()
    const holders = run.swarm.members.map(holder)
    runOn(run.swarm)
    t.is(run.swarm.faults.counts['partitioned'], 2)
    const held = holders.map((holdings) => holdings())
    // Whole numbers below 2^53: exact.
    t.is(
      held.reduce((sum, { w }) => sum + w, 0),
      PEERS,
      `seed ${seed}`
    )
    for (let i = 0; i < held[0]!.x.length; i++) {
      const began = START.reduce((sum, start) => sum + Math.round(start[i]! * 2 ** 24), 0)
      const ended = held.reduce((sum, { x }) => sum + x[i]! * 2 ** 24, 0)
      t.is(ended, began, `seed ${seed}, place ${i}`)
    }
  }
})

test('should take its mass away with a peer that leaves, and average what is left', (t) => {
  for (const atMs of [3, 61, 77.7, 120]) {
    const faults = [{ kind: 'leave', peers: [VICTIM], atMs }]
    const run = createFaultySwarm({ ...SETTING, faults })
    run.swarm.begin()
    const holdings = holder(run.swarm.members[VICTIM]!)
    runOn(run.swarm)
    t.is(happened(run.swarm), `left ${VICTIM}`)
    const { x, w } = holdings()
    t.true(w > 0.2 && w < 4, `it left with a mass of ${w}`)
    // All that was there less what the leaver has taken, over the mass that is left.
    const expected = meanVector(START).map((mean, i) => (PEERS * mean - x[i]!) / (PEERS - w))
    t.true(farthest(run, expected) < 1e-5, `at ${atMs} ms: ${farthest(run, expected)}`)
  }
})

test('should stay between where the peers began when some crash in the middle of anything', (t) => {
  const random = seeded(7)
  let crashed = 0
  for (let seed = 0; seed < 60; seed++) {
    const atMs = 1 + 300 * random.next()
    const victims = [random.integer(PEERS), random.integer(PEERS)]
    const back = [{}, { returnMs: atMs + 200 }, { returnMs: atMs + 200, state: 'lost' }][seed % 3]
    const faults = [{ kind: 'crash', peers: [...new Set(victims)], atMs, ...back }]
    const run = runFaulty({ ...SETTING, seed, faults, network: { discoveryMs: 20 } })
    crashed += run.swarm.faults.counts['crashed'] ?? 0
    const ended = run.swarm.members.filter(({ status }) => status === 'finished')
    t.true(ended.length >= PEERS - 2, `seed ${seed}: ${statuses(run.swarm)}`)
    const { absolute } = consensusDistance(replicasOf(ended))
    // Who comes back near the end has little time to agree.
    t.true(
      absolute < 1e-2 * APART,
      `seed ${seed}: ${absolute / APART} apart, ${happened(run.swarm)}`
    )
    const mean = meanVector(replicasOf(ended))
    for (let i = 0; i < mean.length; i++) {
      const values = START.map((start) => start[i]!)
      const inside = mean[i]! > Math.min(...values) - 1e-3 && mean[i]! < Math.max(...values) + 1e-3
      t.true(inside, `seed ${seed}: ${mean[i]} in place ${i}`)
    }
  }
  t.true(crashed > 80, `${crashed}`)
})

test("should take a copy of the others' replica, and bring in nothing of its own, when it comes late", (t) => {
  const faults = [{ kind: 'join', peers: [VICTIM], atMs: 700 }]
  const run = runFaulty({ ...SETTING, faults, network: { discoveryMs: 20 } })
  t.true(run.rounds[VICTIM]![0]! > 10, `it began with round ${run.rounds[VICTIM]![0]}`)
  const expected = meanVector(START.filter((_, peer) => peer !== VICTIM))
  t.true(farthest(run, expected) < 1e-4, `${farthest(run, expected)}`)
  t.is(run.swarm.members[VICTIM]!.status, 'finished')
})

test('should bring in nothing when it comes back without its state', (t) => {
  const fault = { kind: 'crash', peers: [VICTIM], atMs: 130 }
  const network = { discoveryMs: 20 }
  const gone = runFaulty({ ...SETTING, faults: [fault], network })
  const run = runFaulty({
    ...SETTING,
    faults: [{ ...fault, returnMs: 700, state: 'lost' }],
    network
  })
  t.is(happened(run.swarm), `crashed ${VICTIM}, returned ${VICTIM}`)
  t.true(run.rounds[VICTIM]!.at(-1)! === SETTING.rounds - 1)
  // All had agreed on this to 1e-6 when it came back.
  const expected = gone.swarm.members[0]!.replica!
  t.true(farthest(run, expected) < 1e-5, `${farthest(run, expected)}`)
})

test('should keep a mass of one for each peer while all members are exchanged', (t) => {
  const peers = 12
  const old = [0, 1, 2, 3, 4, 5]
  const faults = old.flatMap((peer) => [
    { kind: 'join', peers: [peer + 6], atMs: 150 + 200 * peer },
    { kind: 'leave', peers: [peer], atMs: 250 + 200 * peer }
  ])
  const run = createFaultySwarm({
    ...SETTING,
    peers,
    rounds: 300,
    faults,
    network: { discoveryMs: 20 }
  })
  run.swarm.begin()
  runOn(run.swarm, () => run.rounds[peers - 1]!.length > 40)
  t.is(happened(run.swarm).split('left').length - 1, old.length)
  const holders = run.swarm.members.slice(6).map(holder)
  // Half of all is on its way, as a rule, until the run ends.
  runOn(run.swarm)
  const mass = holders.reduce((sum, holdings) => sum + holdings().w, 0)
  t.log(`a mass of ${mass} at 6 peers, none of whom was there at the beginning`)
  t.true(mass > 4.5 && mass < 7.5, `${mass}`)
  const { absolute } = consensusDistance(replicasOf(run.swarm.members.slice(6)))
  t.true(absolute < 1e-5 * APART, `${absolute / APART}`)
})

test('should not wait for a peer of a twentieth of the speed, nor lose what it is pushed', (t) => {
  const even = runFaulty(SETTING)
  const run = runFaulty({ ...SETTING, stepOf: (peer) => (peer === VICTIM ? 100 : 5) })
  const mine = run.rounds[VICTIM]!.length
  t.true(mine > 5 && mine < 30, `it has done ${mine} rounds`)
  for (const [peer, rounds] of run.rounds.entries()) {
    if (peer !== VICTIM) t.is(rounds.length, SETTING.rounds)
  }
  t.true(run.swarm.clock.now < 2 * even.swarm.clock.now, `${run.swarm.clock.now} ms`)
  t.true(farthest(run, meanVector(START)) < 1e-3, `${farthest(run, meanVector(START))}`)
})

test('should stand still together where nobody trains, and follow whoever does', (t) => {
  const run = runFaulty({ ...SETTING, trains: (peer) => peer === 0 })
  t.deepEqual(new Set(statuses(run.swarm)), new Set(['finished']))
  t.true(farthest(run, meanVector(START)) < 1e-5)
})
