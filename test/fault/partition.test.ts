/** Swarms that are cut in two: each part finds its own mean, and all find the common one once healed. */
import test from 'ava'
import { meanDrift, meanVector } from '../../src/consensus/consensus-distance.ts'
import { distance } from '../helpers/distance.ts'
import {
  beginnings,
  createFaultySwarm,
  happened,
  mixedOf,
  replicasOf,
  runFaulty,
  runOn,
  type Setting,
  statuses
} from '../helpers/faulty-swarm.ts'

const PEERS = 10
const HALVES = [
  [0, 1, 2, 3],
  [4, 5, 6, 7, 8, 9]
]
/** Of the halves' distance from each other: what the rounds must bring replicas to. */
const NEAR = 0.01
/** Rounding of some hundred float32 mixings of 20 numbers about 1. */
const ROUNDING = 1e-5

const halfMeans = HALVES.map((half) => {
  const all = beginnings(PEERS)
  return meanVector(half.map((peer) => all[peer]!))
})
const commonMean = meanVector(beginnings(PEERS))
const BETWEEN = distance(halfMeans[0]!, halfMeans[1]!)

const TOPOLOGIES: Readonly<Record<string, object>> = {
  full: { name: 'full' },
  ring: { name: 'ring' },
  'redrawn graph': { name: 'random-regular', degree: 4, lifetime: 5 }
}

for (const [name, topology] of Object.entries(TOPOLOGIES)) {
  // In a redrawn graph a peer may have nobody of its half for an epoch, and then it takes its time.
  const slower = name === 'redrawn graph' ? 4 : 1
  const healMs = 2000 * slower
  const setting: Setting = { peers: PEERS, rounds: 280 * slower, topology }

  test(`should average within each half, and everyone after the healing: ${name}`, (t) => {
    const fault = { kind: 'partition', groups: [HALVES[0]], fromMs: 0, toMs: healMs }
    const { swarm } = createFaultySwarm({ ...setting, faults: [fault] })
    swarm.begin()
    runOn(swarm, () => swarm.clock.now >= healMs - 10)
    for (const [half, members] of HALVES.entries()) {
      for (const peer of members) {
        const away = distance(swarm.members[peer]!.replica!, halfMeans[half]!) / BETWEEN
        t.true(away < NEAR, `peer ${peer} is ${away} from its half's mean`)
      }
    }
    runOn(swarm)
    t.is(happened(swarm), 'partitioned, healed')
    t.deepEqual(statuses(swarm), new Array(PEERS).fill('finished'))
    for (const { index, replica } of swarm.members) {
      const away = distance(replica!, commonMean) / BETWEEN
      t.true(away < NEAR, `peer ${index} is ${away} from the common mean`)
    }
    t.true(distance(meanVector(replicasOf(swarm.members)), commonMean) < ROUNDING)
    t.true(meanDrift(mixedOf(swarm.members)) < 1e-6)
  })

  test(`should keep the common mean whenever it is cut and healed: ${name}`, (t) => {
    for (let fromMs = 20; fromMs < 200; fromMs += 31) {
      for (const lasts of [1, 30, 300]) {
        const fault = { kind: 'partition', groups: HALVES, fromMs, toMs: fromMs + lasts }
        const { swarm } = runFaulty({ ...setting, rounds: 80, faults: [fault] })
        const drift = meanDrift(mixedOf(swarm.members))
        t.true(drift < 1e-6, `cut at ${fromMs} for ${lasts}: ${drift}`)
        const moved = distance(meanVector(replicasOf(swarm.members)), commonMean)
        t.true(moved < ROUNDING, `cut at ${fromMs} for ${lasts}: ${moved}`)
      }
    }
  })
}

test('should leave each half at its own mean when nothing heals', (t) => {
  const fault = { kind: 'partition', groups: HALVES, fromMs: 0 }
  const topology = { name: 'full' }
  const { swarm, rounds } = runFaulty({ peers: PEERS, rounds: 100, topology, faults: [fault] })
  t.deepEqual(statuses(swarm), new Array(PEERS).fill('finished'))
  for (const [half, members] of HALVES.entries()) {
    for (const peer of members) {
      t.is(rounds[peer]!.at(-1), 99, `peer ${peer}`)
      const away = distance(swarm.members[peer]!.replica!, halfMeans[half]!)
      t.true(away < 1e-3, `peer ${peer} is ${away} from its half's mean`)
    }
  }
})

test('should let a peer that is cut off alone train on, and take it back', (t) => {
  const fault = { kind: 'partition', groups: [[3]], fromMs: 100, toMs: 700 }
  const { swarm, rounds } = runFaulty({
    peers: PEERS,
    rounds: 150,
    topology: { name: 'full' },
    faults: [fault]
  })
  // Alone it trains at about its usual pace, and is not through before the others.
  t.true(rounds[3]!.length > 75, `${rounds[3]!.length} rounds`)
  t.is(rounds[3]!.at(-1), 149)
  for (const { index, replica } of swarm.members) {
    t.true(
      distance(replica!, commonMean) < 1e-3,
      `peer ${index}: ${distance(replica!, commonMean)}`
    )
  }
})
