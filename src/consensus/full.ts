import type { Graph, Topology } from './topology.ts'

export const fullGraph = (members: number): Graph =>
  Array.from({ length: members }, (_, i) =>
    Array.from({ length: members }, (_, j) => j).filter((j) => j !== i)
  )

export const full: Topology = {
  name: 'full',
  lifetime: null,
  maxDegree: (members) => members - 1,
  graph: fullGraph
}
