import { graphOf } from './adjacency.ts'
import type { Topology } from './topology.ts'

/** The rows of the most square grid that holds exactly `members`; 1 for primes. */
export const torusRows = (members: number): number => {
  let rows = Math.floor(Math.sqrt(members))
  while (members % rows !== 0) rows--
  return rows
}

/**
 * A grid whose edges are joined to the opposite ones. A prime number of members has only the grid of
 * one row, which is a ring.
 */
export const torus: Topology = {
  name: 'torus',
  lifetime: null,
  maxDegree: (members) => Math.min(4, members - 1),
  graph: (members) => {
    const rows = torusRows(members)
    const columns = members / rows
    const edges = Array.from({ length: members }, (_, i): Array<readonly [number, number]> => {
      const row = Math.floor(i / columns)
      const column = i % columns
      return [
        [i, row * columns + ((column + 1) % columns)],
        [i, ((row + 1) % rows) * columns + column]
      ]
    })
    return graphOf(members, edges.flat())
  }
}
