import test from 'ava'
import { consensusDistance, meanVector } from '../../../src/consensus/consensus-distance.ts'
import { edgeWeight, mixingMatrix } from '../../../src/consensus/mixing-weights.ts'
import { spectralGap } from '../../../src/consensus/spectral-gap.ts'
import { createTopology } from '../../../src/consensus/topologies.ts'
import type { Topology } from '../../../src/consensus/topology.ts'
import { seeded } from '../../../src/random.ts'
import type { TopologyConfig } from '../../../src/swarm/recipe.ts'

const create = (config: TopologyConfig, seed = 1): Topology => createTopology(config, seeded(seed))
const gapOf = (config: TopologyConfig, members: number): number =>
  spectralGap(create(config).graph(members, 0))

const close = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9

test('edgeWeight should be one over one more than the larger degree', (t) => {
  t.is(edgeWeight(2, 4), 1 / 5)
  t.is(edgeWeight(4, 2), 1 / 5)
})

test('the gap of a ring should be 1 - (1/3 + 2/3 cos(2 pi / n))', (t) => {
  for (const n of [3, 4, 5, 16, 33, 64]) {
    const lambda = 1 / 3 + (2 / 3) * Math.cos((2 * Math.PI) / n)
    // At n = 3 lambda_2 is 0; at 4 it is 1/3 and the last eigenvalue is -1/3.
    t.true(close(gapOf({ name: 'ring' }, n), 1 - lambda), `n = ${n}`)
  }
})

test('the gap of a full graph, and of a member alone, should be 1', (t) => {
  for (const n of [1, 2, 3, 16, 40]) t.true(close(gapOf({ name: 'full' }, n), 1), `n = ${n}`)
})

test('the gap of a square torus should be that of its Fourier modes', (t) => {
  // Degree 4: lambda = 1/5 + (2/5)(cos a + cos b), largest beside 1 at a = 2 pi / side, b = 0.
  for (const side of [4, 5, 8]) {
    const lambda = 1 / 5 + (2 / 5) * (1 + Math.cos((2 * Math.PI) / side))
    t.true(close(gapOf({ name: 'torus' }, side * side), 1 - lambda), `side ${side}`)
  }
})

test('the gap of the exponential graph should be that of its Fourier modes', (t) => {
  const n = 32
  const offsets = [1, 2, 4, 8, 16, -1, -2, -4, -8]
  let second = 0
  for (let mode = 1; mode < n; mode++) {
    const sum = offsets.reduce((total, d) => total + Math.cos((2 * Math.PI * d * mode) / n), 1)
    second = Math.max(second, Math.abs(sum / (offsets.length + 1)))
  }
  t.true(close(gapOf({ name: 'exponential' }, n), 1 - second))
})

test('the gap of a graph in two parts should be 0', (t) => {
  t.true(close(spectralGap([[1], [0], [3], [2]]), 0))
})

/** Rounds of x <- W x in float32 until the distance from the mean is 1e-3 of what it was. */
const roundsToAgree = (topology: Topology, members: number, seed: number): number => {
  const random = seeded(seed)
  let replicas = Array.from({ length: members }, () =>
    Float32Array.from({ length: 400 }, () => random.normal())
  )
  const mean = meanVector(replicas)
  const start = consensusDistance(replicas).absolute
  for (let round = 1; ; round++) {
    const matrix = mixingMatrix(topology.graph(members, round))
    replicas = matrix.map((row) =>
      Float32Array.from(mean, (_, i) => row.reduce((sum, w, j) => sum + w * replicas[j]![i]!, 0))
    )
    const now = consensusDistance(replicas).absolute
    if (now > 1e-3 * start) continue
    // Agreeing is not enough: they must agree on the mean that they began with.
    const drift = meanVector(replicas).reduce(
      (worst, x, i) => Math.max(worst, Math.abs(x - mean[i]!)),
      0
    )
    return drift < 1e-6 ? round : Infinity
  }
}

test('16 members with 4 new random neighbours a round should agree within 9 rounds', (t) => {
  for (const seed of [1, 2, 3]) {
    const topology = create({ name: 'random-regular', degree: 4, lifetime: 1 }, seed)
    const rounds = roundsToAgree(topology, 16, seed)
    t.log(`${rounds} rounds with seed ${seed}`)
    t.true(rounds <= 9, `${rounds} rounds with seed ${seed}`) // the prototype took 7
  }
})

test('a ring of 16 should agree in the rounds that its gap foretells', (t) => {
  const rounds = roundsToAgree(create({ name: 'ring' }), 16, 1)
  // Two of the 15 modes decay as slowly as lambda_2: distance ~ sqrt(2/15) lambda_2^t.
  const lambda = 1 - gapOf({ name: 'ring' }, 16)
  const expected = Math.log(1e-3 / Math.sqrt(2 / 15)) / Math.log(lambda)
  t.log(`${rounds} rounds, expected ${expected.toFixed(1)}`)
  t.true(Math.abs(rounds - expected) < 3, `${rounds} rounds, expected ${expected}`)
})
