/** Peers of gossip averaging that go on from their last checkpoint, instead of the replica of the moment. */
import test from 'ava'
import { meanVector } from '../../src/consensus/consensus-distance.ts'
import type { VirtualMember } from '../../src/simulation/virtual-member.ts'
import { openBench } from '../../src/training/bench.ts'
import { distance } from '../helpers/distance.ts'
import {
  beginnings,
  createFaultySwarm,
  happened,
  replicasOf,
  runFaulty,
  runOn,
  statuses
} from '../helpers/faulty-swarm.ts'
import { recipeWith } from '../helpers/recipe.ts'

const ADAM = { name: 'adam', weightDecay: 0.1 }

/** All that a trainer can remember: Adam, drawn batches, a schedule; each life has a trainer of its own. */
for (const [title, model, data] of [
  ['noisy quadratics', { name: 'quadratic', parameters: 20, noise: 0.3 }, { name: 'none' }],
  ['a perceptron on wasm', { name: 'mlp', hidden: [8] }, { name: 'glyphs' }]
] as const) {
  test(`should end, stopped and resumed, as if it had never been stopped: ${title}`, async (t) => {
    const training = {
      learningRate: 0.05,
      steps: 60,
      batch: 8,
      optimizer: ADAM,
      schedule: 'cosine'
    }
    const recipe = recipeWith({ model, data, training })
    const bench = await openBench({ recipe, dataPath: null, shards: 1, backend: 'wasm' })
    const setting = {
      peers: 1,
      rounds: 30,
      strategy: { slowMomentum: 0.8 },
      checkpointEvery: 1e9,
      trainer: () => bench.trainer(0)
    }
    const whole = runFaulty(setting)
    t.is(whole.rounds[0]!.length, 30)
    const expected = whole.swarm.members[0]!.replica!
    for (const atMs of [31, 52.5, 99, 150]) {
      const leave = { kind: 'leave', peers: [0], atMs, returnMs: atMs + 1000 }
      const { swarm } = runFaulty({ ...setting, faults: [leave] })
      t.is(happened(swarm), 'left 0, returned 0')
      t.deepEqual(statuses(swarm), ['finished'])
      t.deepEqual(swarm.members[0]!.replica, expected, `stopped at ${atMs} ms`)
    }
    bench.dispose()
  })
}

const VICTIM = 2
const PEERS = 6
/** On a ring they take hundreds of rounds to agree. */
const MANY = 24

test('should leave the mean where it is, when a peer leaves and comes back', (t) => {
  const initial = meanVector(beginnings(PEERS))
  for (const topology of [{ name: 'ring' }, { name: 'random-regular', degree: 3, lifetime: 5 }]) {
    // Before its first round, at about 40 ms, it would have nothing to come back with.
    for (const atMs of [75, 110, 200, 300]) {
      const leave = { kind: 'leave', peers: [VICTIM], atMs, returnMs: atMs + 700 }
      const setting = { peers: PEERS, rounds: 150, topology, faults: [leave], checkpointEvery: 0 }
      const { swarm } = runFaulty(setting)
      t.is(happened(swarm), `left ${VICTIM}, returned ${VICTIM}`)
      const title = `${topology.name}, ${atMs} ms`
      // float32 rounding of some dozens of mixings of numbers about 1, in 20 places.
      const drift = distance(meanVector(replicasOf(swarm.members)), initial)
      t.true(drift < 1e-5, `${title}: ${drift}`)
      for (const replica of replicasOf(swarm.members)) {
        t.true(distance(replica, initial) < 1e-3, `${title}: ${distance(replica, initial)}`)
      }
    }
  }
})

/** The two neighbours on a ring, which is in the order of names; their weight is 1/3. */
const besides = (members: readonly VirtualMember[], index: number): VirtualMember[] => {
  const order = [...members].sort((a, b) => (a.name < b.name ? -1 : 1))
  const at = order.findIndex((member) => member.index === index)
  return [order.at(at - 1)!, order[(at + 1) % order.length]!]
}

test('should lose no more in a crash than what has come since the checkpoint', (t) => {
  for (const [atMs, checkpointEvery] of [
    [180, 50],
    [300, 50],
    [600, 0]
  ] as const) {
    const crash = { kind: 'crash', peers: [VICTIM], atMs, returnMs: atMs + 400, state: 'kept' }
    const run = createFaultySwarm({
      peers: MANY,
      rounds: 400,
      topology: { name: 'ring' },
      faults: [crash],
      checkpointEvery
    })
    const { swarm } = run
    swarm.begin()
    const victim = swarm.members[VICTIM] as VirtualMember
    runOn(swarm, () => !victim.here)
    const before = victim.replica!.slice()
    const oneSided = besides(swarm.members, VICTIM).reduce(
      (sum, { replica }) => sum + distance(replica!, before) / 3,
      0
    )
    const mean = meanVector(replicasOf(swarm.members))
    runOn(swarm, () => victim.here)
    // Its jobs run at once: the first of them has put the checkpoint's replica in the place of the first.
    const lost = distance(victim.replica!, before)
    t.true(lost > 0)
    t.true(lost < distance(beginnings(MANY)[VICTIM]!, before) / 2, 'and not where it began')
    runOn(swarm)
    t.is(happened(swarm), `crashed ${VICTIM}, returned ${VICTIM}`)
    const after = meanVector(replicasOf(swarm.members))
    const drift = distance(after, mean)
    // Its own step back, and with each neighbour an exchange that this one end has not applied.
    const most = (lost + oneSided) / MANY
    t.log(`drift ${drift}, at most ${most}, of which ${lost / MANY} is its own`)
    t.true(drift <= most, `${drift}, ${most}`)
    for (const replica of replicasOf(swarm.members)) {
      t.true(distance(replica, after) < 1e-3, `${distance(replica, after)}`)
    }
  }
})
