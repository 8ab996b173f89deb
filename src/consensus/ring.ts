import { circulant } from './adjacency.ts'
import type { Topology } from './topology.ts'

export const ring: Topology = {
  name: 'ring',
  lifetime: null,
  maxDegree: (members) => Math.min(2, members - 1),
  graph: (members) => circulant(members, [1])
}
