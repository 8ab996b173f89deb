/** What peers count for, by what a swarm makes of it and by brute force. */
import test from 'ava'
import { meanVector } from '../../../src/consensus/consensus-distance.ts'
import { mixingMatrix } from '../../../src/consensus/mixing-weights.ts'
import { createTopology } from '../../../src/consensus/topologies.ts'
import { InvalidInputError } from '../../../src/errors.ts'
import { edgeShare } from '../../../src/strategy/gossip-averaging/edge-share.ts'
import type { Trainer } from '../../../src/strategy/strategy.ts'
import { freshness, Worth } from '../../../src/strategy/weighting.ts'
import { topologySchema } from '../../../src/swarm/recipe.ts'
import { swarmStreams } from '../../../src/swarm/streams.ts'
import { distance } from '../../helpers/distance.ts'
import { recipeWith } from '../../helpers/recipe.ts'
import {
  averagingTrainers,
  type QuadraticTrainer,
  quadraticTrainers
} from '../../helpers/synthetic-trainers.ts'
import { QUIET, runSwarm } from '../../helpers/virtual.ts'

const PEERS = 8
const LENGTH = 30
const RATE = 0.05
const ROWS = Array.from({ length: PEERS }, (_, peer) => 100 * (1 + peer))

const weightedMean = (vectors: ReadonlyArray<ArrayLike<number>>, weights: readonly number[]) => {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return Float64Array.from({ length: LENGTH }, (_, k) =>
    vectors.reduce((sum, vector, i) => sum + (weights[i]! * vector[k]!) / total, 0)
  )
}

const withRows = <T extends Trainer>(trainers: readonly T[]): T[] =>
  trainers.map((trainer, peer) => ({ ...trainer, rows: ROWS[peer]! }))

const recipeFor = (strategy: object, rounds: number, topology: object, localSteps = 2) =>
  recipeWith({
    strategy,
    training: { learningRate: RATE, localSteps, steps: localSteps * rounds },
    topology
  })

/** 1/2 |x - c_i|^2 with the rate RATE, in float64. */
const descend = (
  from: Float64Array,
  { optimum }: QuadraticTrainer,
  steps: number
): Float64Array => {
  const to = from.slice()
  for (let step = 0; step < steps; step++) {
    for (let k = 0; k < LENGTH; k++) to[k] = to[k]! - RATE * (to[k]! - optimum[k]!)
  }
  return to
}

for (const name of ['gossip-averaging', 'd-psgd']) {
  test(`${name} should average to the mean in which every row counts the same`, async (t) => {
    const trainers = withRows(averagingTrainers(PEERS, LENGTH, 1))
    const topology = topologySchema.parse({ name: 'random-regular', degree: 3 })
    const recipe = recipeFor({ name, weighting: 'samples' }, 200, topology, 1)
    const expected = weightedMean(
      trainers.map((trainer) => trainer.initial()),
      ROWS
    )
    const { swarm } = await runSwarm(recipe, trainers)
    for (const { replica, counters } of swarm.members) {
      t.true(distance(replica!, expected) < 1e-4, `${distance(replica!, expected)}`)
      t.true((counters.tally().chosen['share'] ?? 0) > 0)
    }
    t.true(distance(expected, meanVector(trainers.map((trainer) => trainer.initial()))) > 0.5)
    // Every round by brute force: w_ij min(1, n_j / n_i), and what is left of a row stays.
    const w = mixingMatrix(
      createTopology(topology, swarmStreams(recipe.seed).topology).graph(PEERS, 0)
    )
    const few = recipeFor({ name, weighting: 'samples' }, 3, topology, 1)
    const { swarm: short } = await runSwarm(few, trainers)
    let x = trainers.map((trainer) => Float64Array.from(trainer.initial()))
    for (let round = 0; round < 3; round++) {
      x = x.map((own, i) =>
        own.map((value, k) =>
          x.reduce((sum, theirs, j) => {
            const share = j === i ? 0 : w[i]![j]! * Math.min(1, ROWS[j]! / ROWS[i]!)
            return sum + share * (theirs[k]! - value)
          }, value)
        )
      )
    }
    for (const [i, { replica }] of short.members.entries()) {
      // Gossip averaging's first exchange is float16.
      t.true(distance(replica!, x[i]!) < 0.02, `peer ${i}: ${distance(replica!, x[i]!)}`)
    }
  })
}

test('gossip averaging should keep the mean where late exchanges count less', async (t) => {
  const trainers = averagingTrainers(PEERS, LENGTH, 1)
  const strategy = {
    name: 'gossip-averaging',
    weighting: 'staleness',
    deadline: { floorMs: 20, ceilingMs: 100 }
  }
  const recipe = recipeFor(strategy, 120, { name: 'ring' })
  const shares = new Set<number>()
  const { swarm } = await runSwarm(
    recipe,
    trainers,
    QUIET,
    (peer) => (peer === 0 ? 40 : 5),
    (running, peer) => void shares.add(running.members[peer]!.counters.tally().chosen['share'] ?? 0)
  )
  t.true(shares.has(1) && shares.has(1 / 2), `${[...shares]}`)
  const initial = meanVector(trainers.map((trainer) => trainer.initial()))
  const drift = distance(meanVector(swarm.members.map(({ replica }) => replica!)), initial)
  t.true(drift < 1e-5, `${drift}`)
})

test('an exchange should count the same at both ends, or by what each end counts for', (t) => {
  const bytes = new Uint8Array()
  const [a, b] = [
    { shift: 0, bytes, worth: 300, round: 7 },
    { shift: 0, bytes, worth: 100, round: 9 }
  ]
  t.is(edgeShare('uniform', a, b), 1)
  t.is(edgeShare('staleness', a, b), 1 / 3)
  t.is(edgeShare('staleness', b, a), 1 / 3)
  // What a peer of 300 rows takes three times as slowly leaves the mean over all rows alone.
  t.is(edgeShare('samples', a, b) * 300, edgeShare('samples', b, a) * 100)
})

test('diloco should weigh the parts by rows, as brute force does', async (t) => {
  const rounds = 25
  const [outerRate, mu] = [0.7, 0.6]
  const strategy = { name: 'diloco', outerRate, outerMomentum: mu, weighting: 'samples' }
  const trainers = withRows(quadraticTrainers(PEERS, LENGTH, RATE, 4))
  const { swarm } = await runSwarm(recipeFor(strategy, rounds, { name: 'ring' }), trainers)
  const theta = new Float64Array(LENGTH)
  const v = new Float64Array(LENGTH)
  for (let round = 0; round < rounds; round++) {
    const moved = trainers.map((trainer) => {
      const to = descend(theta, trainer, 2)
      return theta.map((value, k) => value - to[k]!)
    })
    const mean = weightedMean(moved, ROWS)
    for (let k = 0; k < LENGTH; k++) {
      v[k] = mu * v[k]! + mean[k]!
      theta[k] = theta[k]! - outerRate * (mean[k]! + mu * v[k]!)
    }
  }
  const total = ROWS.reduce((sum, rows) => sum + rows, 0)
  for (const [i, { replica, counters }] of swarm.members.entries()) {
    t.true(distance(replica!, theta) < 1e-5, `${distance(replica!, theta)}`)
    t.is(counters.tally().chosen['weight'], ROWS[i]! / total)
  }
})

test('sgp should weigh steps by rows over the mean that it finds, as brute force does', async (t) => {
  const rounds = 60
  const trainers = withRows(quadraticTrainers(PEERS, LENGTH, RATE, 4))
  const strategy = { name: 'sgp', weighting: 'samples' }
  const { swarm } = await runSwarm(recipeFor(strategy, rounds, { name: 'exponential' }), trainers)
  // All mass is 1 in this graph: x is z, and what rows travel is their mean so far.
  let x = trainers.map(() => new Float64Array(LENGTH))
  let rows = [...ROWS]
  const weights: number[] = []
  for (let round = 0; round < rounds; round++) {
    x = x.map((from, i) => {
      const to = descend(from, trainers[i]!, 2)
      weights[i] = Math.min(4, ROWS[i]! / rows[i]!)
      return from.map((value, k) => value + weights[i]! * (to[k]! - value))
    })
    const comesFrom = (i: number): number => (i - 2 ** (round % 3) + PEERS) % PEERS
    x = x.map((own, i) => own.map((value, k) => (value + x[comesFrom(i)]![k]!) / 2))
    rows = rows.map((own, i) => (own + rows[comesFrom(i)]!) / 2)
  }
  for (const [i, { replica, counters }] of swarm.members.entries()) {
    t.true(distance(replica!, x[i]!) < 1e-4, `peer ${i}: ${distance(replica!, x[i]!)}`)
    t.true(Math.abs(counters.tally().chosen['weight']! - weights[i]!) < 1e-3, `peer ${i}`)
    t.true(Math.abs(weights[i]! - ROWS[i]! / 450) < 1e-3)
  }
  // That is the optimum in which every row counts the same.
  const replicas = swarm.members.map(({ replica }) => replica!)
  const optima = trainers.map(({ optimum }) => optimum)
  const left = distance(meanVector(replicas), weightedMean(optima, ROWS))
  t.true(left < 0.1 * distance(meanVector(optima), weightedMean(optima, ROWS)), `${left}`)
})

test('diloco should weigh the parts by what they have gained', async (t) => {
  const rounds = 6
  const trainers = quadraticTrainers(PEERS, LENGTH, RATE, 4)
  // The validation rows are peer 5's.
  const { optimum } = trainers[5]!
  const loss = (replica: ArrayLike<number>): number => distance(replica, optimum) ** 2 / 2
  const strategy = { name: 'diloco', outerRate: 1, outerMomentum: 0, weighting: 'gain' }
  const { swarm } = await runSwarm(
    recipeFor(strategy, rounds, { name: 'full' }),
    trainers.map((trainer) => ({ ...trainer, validate: loss }))
  )
  const theta = new Float64Array(LENGTH)
  const gains: Array<number | null> = trainers.map(() => null)
  let weights: number[] = []
  for (let round = 0; round < rounds; round++) {
    const ends = trainers.map((trainer) => descend(theta, trainer, 2))
    weights = ends.map((end, i) => {
      const gained = Math.max(loss(theta) - loss(end), loss(end) / 100)
      const before = gains[i]!
      const gain = before === null ? gained : before + (gained - before) / 4
      gains[i] = gain
      return Math.max(gain, 1e-6)
    })
    theta.set(weightedMean(ends, weights))
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  for (const [i, { replica, counters }] of swarm.members.entries()) {
    t.true(distance(replica!, theta) < 1e-5, `${distance(replica!, theta)}`)
    t.true(Math.abs(counters.tally().chosen['weight']! - weights[i]! / total) < 1e-5)
  }
  t.is(Math.max(...weights), weights[5]!)
  t.true(weights[5]! / total > 0.3)
})

test('who makes things worse should never count more than who makes them better', (t) => {
  const [trainer] = quadraticTrainers(1, LENGTH, RATE, 1)
  const worthOf = (...losses: readonly number[]): number => {
    const worth = new Worth('gain', { ...trainer!, validate: ([loss]) => loss! })
    for (let i = 0; i + 1 < losses.length; i++) {
      worth.begin(Float32Array.of(losses[i]!))
      worth.end(Float32Array.of(losses[i + 1]!))
    }
    return worth.now(0)
  }
  // The loss that is reached is the same, what it comes from is not.
  const worths = [-100, -2, -0.02, 0, 0.02, 1, 3].map((gain) => worthOf(1 + gain, 1))
  for (const [i, worth] of worths.entries()) {
    if (i > 0) t.true(worth >= worths[i - 1]!, `${worths}`)
  }
  t.is(worthOf(0.5, 1), 1 / 100)
  t.is(worthOf(1.5, 1), 1 / 2)
  // Noise about an end: nobody counts for much more than another.
  t.true(worthOf(1, 1.002, 1, 1.002) / worthOf(1.002, 1, 1.002, 1) > 0.9)
  // A quarter of each new one.
  t.true(Math.abs(worthOf(3, 2, 1.5) - (1 + (0.5 - 1) / 4)) < 1e-6)
})

test('a gain should be refused where there is nothing to measure it on', (t) => {
  const [trainer] = quadraticTrainers(1, LENGTH, RATE, 1)
  const error = t.throws(() => new Worth('gain', trainer!), { instanceOf: InvalidInputError })
  t.is(error!.problems[0]!.path, 'strategy.weighting')
})

test('a peer should count by its rows, and by how late it is', (t) => {
  const [trainer] = quadraticTrainers(1, LENGTH, RATE, 1)
  t.is(new Worth('uniform', trainer!).now(3), 1)
  t.is(new Worth('samples', { ...trainer!, rows: 70 }).now(3), 70)
  t.is(new Worth('samples', trainer!).now(3), 1)
  t.is(new Worth('staleness', trainer!).now(3), 1 / 4)
  t.deepEqual([-2, 0, 1, 9].map(freshness), [1, 1, 1 / 2, 1 / 10])
})
