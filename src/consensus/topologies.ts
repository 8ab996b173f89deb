import type { Problem } from '../errors.ts'
import type { Random } from '../random.ts'
import type { TopologyConfig } from '../swarm/recipe.ts'
import { exponential } from './exponential.ts'
import { full } from './full.ts'
import { randomRegular } from './random-regular.ts'
import { ring } from './ring.ts'
import type { Graph, Topology } from './topology.ts'
import { torus, torusRows } from './torus.ts'

/** Peers that share a topology ask for the graph of the same members one after the other. */
const remembering = (topology: Topology): Topology => {
  let last: { readonly members: number; readonly graph: Graph } | null = null
  return {
    ...topology,
    graph: (members, epoch) => {
      if (last?.members !== members) last = { members, graph: topology.graph(members, epoch) }
      return last.graph
    }
  }
}

/** `random` fixes the graphs of random topologies; it is only forked. */
export const createTopology = (config: TopologyConfig, random: Random): Topology => {
  switch (config.name) {
    case 'ring':
      return remembering(ring)
    case 'torus':
      return remembering(torus)
    case 'exponential':
      return remembering(exponential)
    case 'full':
      return remembering(full)
    case 'random-regular':
      return randomRegular(config.degree, config.lifetime, random)
  }
}

/** Why a scenario cannot have this topology with so many members. One member needs no edges. */
export const topologyProblems = (config: TopologyConfig, members: number): Problem[] => {
  if (members === 1) return []
  if (config.name === 'torus' && members > 3 && torusRows(members) === 1) {
    return [
      {
        path: 'topology.name',
        rule: `${members} peers fill no grid of two or more rows`,
        remedy: 'give a number of peers that is not prime, or choose ring'
      }
    ]
  }
  if (config.name !== 'random-regular') return []
  const { degree } = config
  if (degree >= members) {
    return [
      {
        path: 'topology.degree',
        rule: `must be below the number of peers, ${members}`,
        remedy: `give at most ${members - 1}, or more peers`
      }
    ]
  }
  if ((degree * members) % 2 === 1) {
    return [
      {
        path: 'topology.degree',
        rule: `an odd degree (${degree}) is impossible among an odd number of peers (${members})`,
        remedy: 'make one of the two even'
      }
    ]
  }
  return []
}
