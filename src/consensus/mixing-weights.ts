import type { Graph } from './topology.ts'

/**
 * Metropolis-Hastings weight of an edge (Xiao & Boyd 2004). Symmetric in its arguments,
 * so both ends of an edge compute the same number; what a row leaves over stays with the peer.
 */
export const edgeWeight = (degreeA: number, degreeB: number): number =>
  1 / (1 + Math.max(degreeA, degreeB))

/** The dense mixing matrix of a graph, rows by member: symmetric and doubly stochastic. */
export const mixingMatrix = (graph: Graph): Float64Array[] =>
  graph.map((neighbours, i) => {
    const row = new Float64Array(graph.length)
    let rest = 1
    for (const j of neighbours) {
      const weight = edgeWeight(neighbours.length, graph[j]!.length)
      row[j] = weight
      rest -= weight
    }
    row[i] = rest
    return row
  })
