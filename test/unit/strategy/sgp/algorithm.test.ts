/** A swarm without faults against Algorithm 1 of Assran et al. 2019, in one process and in float64. */
import test from 'ava'
import { createTopology } from '../../../../src/consensus/topologies.ts'
import { virtualName } from '../../../../src/simulation/virtual-swarm.ts'
import { targetsOf } from '../../../../src/strategy/sgp/targets.ts'
import { topologySchema } from '../../../../src/swarm/recipe.ts'
import { swarmStreams } from '../../../../src/swarm/streams.ts'
import { distance } from '../../../helpers/distance.ts'
import { recipeWith } from '../../../helpers/recipe.ts'
import { quadraticTrainers } from '../../../helpers/synthetic-trainers.ts'
import { runSwarm } from '../../../helpers/virtual.ts'

const PEERS = 8
const LENGTH = 30
const ROUNDS = 50
const LOCAL_STEPS = 3
const RATE = 0.05

/** z of every peer after all rounds; `pushes` says whom peer i pushes to in a round. */
const algorithm = (
  optima: ReadonlyArray<ArrayLike<number>>,
  pushes: (peer: number, round: number) => number
): { readonly z: Float64Array[]; readonly w: number[] } => {
  let x = optima.map(() => new Float64Array(LENGTH))
  let w = optima.map(() => 1)
  const z = (i: number): Float64Array => x[i]!.map((value) => value / w[i]!)
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, optimum] of optima.entries()) {
      const local = z(i)
      for (let step = 0; step < LOCAL_STEPS; step++) {
        for (let k = 0; k < LENGTH; k++) local[k] = local[k]! - RATE * (local[k]! - optimum[k]!)
      }
      const before = z(i)
      x[i] = x[i]!.map((value, k) => value + local[k]! - before[k]!)
    }
    const nextX = x.map((values) => values.map((value) => value / 2))
    const nextW = w.map((value) => value / 2)
    for (const [i] of optima.entries()) {
      const to = pushes(i, round)
      nextX[to] = nextX[to]!.map((value, k) => value + x[i]![k]! / 2)
      nextW[to] = nextW[to]! + w[i]! / 2
    }
    x = nextX
    w = nextW
  }
  return { z: x.map((_, i) => z(i)), w }
}

const run = async (topology: object) => {
  const recipe = recipeWith({
    strategy: { name: 'sgp' },
    training: { learningRate: RATE, localSteps: LOCAL_STEPS, steps: LOCAL_STEPS * ROUNDS },
    topology
  })
  const trainers = quadraticTrainers(PEERS, LENGTH, RATE, 4)
  const { swarm } = await runSwarm(recipe, trainers)
  return { swarm, optima: trainers.map(({ optimum }) => optimum), seed: recipe.seed }
}

test('should be stochastic gradient push on the directed exponential graph', async (t) => {
  const { swarm, optima } = await run({ name: 'exponential' })
  const { z, w } = algorithm(optima, (peer, round) => (peer + 2 ** (round % 3)) % PEERS)
  t.deepEqual(
    w,
    optima.map(() => 1)
  )
  for (const [i, { replica, counters }] of swarm.members.entries()) {
    // 50 rounds of rounding to 2^-24, in 30 places.
    t.true(distance(replica!, z[i]!) < 1e-5, `peer ${i}: ${distance(replica!, z[i]!)}`)
    const { chosen, sentByKind, missed } = counters.tally()
    t.is(chosen['mass'], 1, `peer ${i}`)
    t.is(missed, 0, `peer ${i}`)
    // One push in a round, however many neighbours there are.
    t.is(sentByKind['4']!.frames, ROUNDS, `peer ${i}`)
    t.is(sentByKind['4']!.bytes, ROUNDS * (18 + 24 + 4 * LENGTH), `peer ${i}`)
  }
})

test('should weigh by the mass where what comes in is not what goes out', async (t) => {
  const topology = topologySchema.parse({ name: 'random-regular', degree: 3 })
  const { swarm, optima, seed } = await run(topology)
  const graph = createTopology(topology, swarmStreams(seed).topology).graph(PEERS, 0)
  const names = optima.map((_, i) => virtualName(i))
  const { z, w } = algorithm(optima, (peer, round) => {
    const rule = { self: names[peer]!, count: 1, forwards: false }
    const neighbours = graph[peer]!.map((i) => names[i]!)
    return names.indexOf(targetsOf(rule, neighbours, round, () => true)[0]!)
  })
  t.true(Math.min(...w) < 0.7 && Math.max(...w) > 1.2, `${w}`)
  for (const [i, { replica }] of swarm.members.entries()) {
    t.true(distance(replica!, z[i]!) < 2e-5, `peer ${i}: ${distance(replica!, z[i]!)}`)
  }
})
