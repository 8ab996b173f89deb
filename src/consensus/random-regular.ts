/**
 * Random regular graphs: the union of random Hamiltonian cycles, with a random perfect matching when
 * the degree is odd. Connected by construction from degree 2 on.
 */
import { permutation, type Random } from '../random.ts'
import { circulant, graphOf } from './adjacency.ts'
import { fullGraph } from './full.ts'
import type { Graph, Topology } from './topology.ts'

/** Draws before the constructive fallback; near-complete graphs rarely come out of random cycles. */
const DRAWS = 200

/** Simulated peers that share one topology are in different epochs for a while. */
const KEPT_GRAPHS = 4

type Edge = readonly [number, number]

const cycle = (order: Int32Array): Edge[] =>
  Array.from(order, (member, i) => [member, order[(i + 1) % order.length]!] as const)

const matching = (order: Int32Array): Edge[] =>
  Array.from({ length: order.length / 2 }, (_, i) => [order[2 * i]!, order[2 * i + 1]!] as const)

const draw = (members: number, degree: number, random: Random): Graph => {
  const edges: Edge[] = []
  for (let c = 0; c < Math.floor(degree / 2); c++)
    edges.push(...cycle(permutation(random, members)))
  if (degree % 2 === 1) edges.push(...matching(permutation(random, members)))
  return graphOf(members, edges)
}

/**
 * Regular for certain: a randomly ordered circle, where everyone has the next, those at random
 * further distances (the nearest would mix as slowly as a ring) and for an odd degree the opposite.
 */
const fallback = (members: number, degree: number, random: Random): Graph => {
  const further = permutation(random, Math.floor((members - 3) / 2))
  const chosen = further.subarray(0, Math.floor(degree / 2) - 1)
  const offsets = [1, ...Array.from(chosen, (distance) => distance + 2)]
  if (degree % 2 === 1) offsets.push(members / 2)
  const order = permutation(random, members)
  const edges = circulant(members, offsets).flatMap((row, i) =>
    row.map((j) => [order[i]!, order[j]!] as const)
  )
  return graphOf(members, edges)
}

const drawSimple = (members: number, degree: number, random: Random): Graph => {
  for (let attempt = 0; attempt < DRAWS; attempt++) {
    const graph = draw(members, degree, random)
    if (graph.every((row) => row.length === degree)) return graph
  }
  return fallback(members, degree, random)
}

/** An odd degree needs an even number of members; with an odd number it is one less, or 2. */
const degreeFor = (members: number, degree: number): number =>
  (degree * members) % 2 === 0 ? degree : Math.max(2, degree - 1)

/** A pure function of members and epoch for one `random`, which is only forked. */
export const randomRegular = (
  degree: number,
  lifetime: number | null,
  random: Random
): Topology => {
  const recent = new Map<string, Graph>()
  return {
    name: 'random-regular',
    lifetime,
    maxDegree: (members) => Math.min(members - 1, Math.max(2, degree)),
    graph: (members, anyEpoch) => {
      const epoch = lifetime === null ? 0 : anyEpoch
      const key = `${members} ${epoch}`
      const known = recent.get(key)
      if (known !== undefined) return known
      const fitting = degreeFor(members, degree)
      const graph =
        fitting >= members - 1
          ? fullGraph(members)
          : drawSimple(members, fitting, random.fork(members).fork(epoch))
      recent.set(key, graph)
      if (recent.size > KEPT_GRAPHS) recent.delete(recent.keys().next().value!)
      return graph
    }
  }
}
