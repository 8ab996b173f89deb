import type { Graph } from './topology.ts'

/** Sorted adjacency lists from undirected pairs; loops and repeats are dropped. */
export const graphOf = (members: number, edges: Iterable<readonly [number, number]>): Graph => {
  const rows = Array.from({ length: members }, () => new Set<number>())
  for (const [a, b] of edges) {
    if (a === b) continue
    rows[a]!.add(b)
    rows[b]!.add(a)
  }
  return rows.map((row) => [...row].sort((a, b) => a - b))
}

/** Every member is joined to those `offsets` away from it, both ways round the circle. */
export const circulant = (members: number, offsets: readonly number[]): Graph =>
  graphOf(
    members,
    offsets.flatMap((offset) =>
      Array.from({ length: members }, (_, i) => [i, (i + offset) % members] as const)
    )
  )
