/** A swarm without faults against Algorithm 1 of Lian et al. 2017, in one process and in float64. */
import test from 'ava'
import { mixingMatrix } from '../../../../src/consensus/mixing-weights.ts'
import { createTopology } from '../../../../src/consensus/topologies.ts'
import { topologySchema } from '../../../../src/swarm/recipe.ts'
import { swarmStreams } from '../../../../src/swarm/streams.ts'
import { distance } from '../../../helpers/distance.ts'
import { recipeWith } from '../../../helpers/recipe.ts'
import { quadraticTrainers } from '../../../helpers/synthetic-trainers.ts'
import { runSwarm } from '../../../helpers/virtual.ts'

const PEERS = 8
const LENGTH = 30
const ROUNDS = 40
const RATE = 0.1

const TOPOLOGIES = [{ name: 'ring' }, { name: 'random-regular', degree: 3 }, { name: 'full' }].map(
  (topology) => topologySchema.parse(topology)
)

for (const topology of TOPOLOGIES) {
  for (const localSteps of [1, 3]) {
    test(`should be decentralised parallel SGD with ${localSteps} steps a round, ${topology.name}`, async (t) => {
      const recipe = recipeWith({
        strategy: { name: 'd-psgd' },
        training: { learningRate: RATE, localSteps, steps: localSteps * ROUNDS },
        topology
      })
      const trainers = quadraticTrainers(PEERS, LENGTH, RATE, 6)
      const { swarm } = await runSwarm(recipe, trainers)
      const graph = createTopology(topology, swarmStreams(recipe.seed).topology).graph(PEERS, 0)
      const w = mixingMatrix(graph)
      let x: Float64Array[] = trainers.map(() => new Float64Array(LENGTH))
      let trainedFirst = x
      const descend = (from: Float64Array, peer: number): Float64Array => {
        const to = from.slice()
        for (let step = 0; step < localSteps; step++) {
          for (let k = 0; k < LENGTH; k++)
            to[k] = to[k]! - RATE * (to[k]! - trainers[peer]!.optimum[k]!)
        }
        return to
      }
      const mix = (all: readonly Float64Array[]): Float64Array[] =>
        all.map((_, i) =>
          all[i]!.map((_, k) => all.reduce((sum, one, j) => sum + w[i]![j]! * one[k]!, 0))
        )
      for (let round = 0; round < ROUNDS; round++) {
        // x = W x - rate g(x): the gradient is of what the round began with.
        const moved = x.map((from, i) => descend(from, i).map((value, k) => value - from[k]!))
        x = mix(x).map((mixed, i) => mixed.map((value, k) => value + moved[i]![k]!))
        trainedFirst = mix(trainedFirst.map(descend))
      }
      for (const [i, { replica, counters }] of swarm.members.entries()) {
        t.true(distance(replica!, x[i]!) < 1e-4, `peer ${i}: ${distance(replica!, x[i]!)}`)
        t.is(counters.tally().missed, 0)
      }
      // Gossip averaging, which mixes what the steps have made, ends elsewhere.
      t.true(distance(swarm.members[0]!.replica!, trainedFirst[0]!) > 0.01)
    })
  }
}
