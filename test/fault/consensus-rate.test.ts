/**
 * Pure averaging (docs/strategies/gossip-averaging.md): rounds until the disagreement is a thousandth of what it was, against
 * x <- W x in float64 with the dense mixing matrix, and against the prototype's measurements.
 */
import test from 'ava'
import { consensusDistance, meanVector } from '../../src/consensus/consensus-distance.ts'
import { mixingMatrix } from '../../src/consensus/mixing-weights.ts'
import { createTopology } from '../../src/consensus/topologies.ts'
import type { Graph } from '../../src/consensus/topology.ts'
import type { TopologyConfig } from '../../src/swarm/recipe.ts'
import { swarmStreams } from '../../src/swarm/streams.ts'
import type { Vector } from '../../src/vector/vector.ts'
import { distance } from '../helpers/distance.ts'
import { recipeWith } from '../helpers/recipe.ts'
import { averagingTrainers } from '../helpers/synthetic-trainers.ts'
import { QUIET, runSwarm } from '../helpers/virtual.ts'

const PEERS = 16
const LENGTH = 1024
const GOAL = 1e-3

/** Rounds that uncompressed synchronous averaging in float64 takes to the goal. */
const oracle = (graphOf: (round: number) => Graph, initial: readonly Vector[]): number => {
  let x: ReadonlyArray<ArrayLike<number>> = initial
  const start = consensusDistance(initial).absolute
  for (let round = 0; ; round++) {
    if (consensusDistance(x).absolute <= GOAL * start) return round
    const matrix = mixingMatrix(graphOf(round))
    const before = x
    x = matrix.map((row) =>
      Float64Array.from({ length: LENGTH }, (_, i) =>
        row.reduce((sum, weight, j) => sum + weight * before[j]![i]!, 0)
      )
    )
  }
}

interface Measured {
  readonly rounds: number
  readonly exact: number
  readonly drift: number
}

const measure = async (
  topology: TopologyConfig,
  compression: { readonly name: string },
  limit: number
): Promise<Measured> => {
  const trainers = averagingTrainers(PEERS, LENGTH, 1)
  const initial = trainers.map((trainer) => trainer.initial())
  const start = consensusDistance(initial).absolute
  const completed: number[] = []
  let rounds = Number.POSITIVE_INFINITY
  const training = { learningRate: 0.1, localSteps: 1, steps: limit }
  const recipe = recipeWith({ topology, compression, training })
  const { swarm } = await runSwarm(
    recipe,
    trainers,
    QUIET,
    () => 50,
    (running, _, { round }) => {
      completed[round] = (completed[round] ?? 0) + 1
      if (completed[round] < PEERS || rounds <= round) return
      const replicas = running.members.map(({ replica }) => replica!)
      if (consensusDistance(replicas).absolute <= GOAL * start) rounds = round + 1
    }
  )
  const replicas = swarm.members.map(({ replica }) => replica!)
  const graphs = createTopology(recipe.topology, swarmStreams(recipe.seed).topology)
  const lifetime = graphs.lifetime ?? Number.POSITIVE_INFINITY
  return {
    rounds,
    exact: oracle((round) => graphs.graph(PEERS, Math.floor(round / lifetime)), initial),
    drift: distance(meanVector(replicas), meanVector(initial)) / start
  }
}

interface Row {
  readonly name: string
  readonly topology: TopologyConfig
  /** What the prototype took with int4, plus a quarter: its graphs and codes were others. */
  readonly prototype: number
  readonly limit: number
}

const TABLE: readonly Row[] = [
  {
    name: 'a static random 4-regular graph',
    topology: { name: 'random-regular', degree: 4, lifetime: null },
    prototype: 26,
    limit: 35
  },
  { name: 'a torus', topology: { name: 'torus' }, prototype: 13, limit: 20 },
  { name: 'an exponential graph', topology: { name: 'exponential' }, prototype: 12, limit: 20 },
  { name: 'a ring', topology: { name: 'ring' }, prototype: 116, limit: 150 },
  {
    name: 'a random 4-regular graph redrawn every five rounds',
    topology: { name: 'random-regular', degree: 4, lifetime: 5 },
    // The prototype, redrawn every round, took 9; here an edge also takes a round to begin.
    prototype: 12,
    limit: 25
  }
]

for (const { name, topology, prototype, limit } of TABLE) {
  for (const compression of [{ name: 'none' }, { name: 'int4' }] as const) {
    test(`should average on ${name} as fast as W does, with ${compression.name}`, async (t) => {
      const { rounds, exact, drift } = await measure(topology, compression, limit)
      t.log(`${rounds} rounds, x <- W x ${exact}, prototype ${prototype}, mean drift ${drift}`)
      // float16 and int4 lose a share of the differences they code, which the next exchange makes up.
      t.true(Math.abs(rounds - exact) <= 1, `${rounds} for ${exact} rounds`)
      t.true(rounds <= 1.25 * prototype, `${rounds} rounds, the prototype ${prototype}`)
      // Nothing trains: the mean moves by the rounding of float32 only.
      t.true(drift < 1e-6, `the mean drifted by ${drift}`)
    })
  }
}
