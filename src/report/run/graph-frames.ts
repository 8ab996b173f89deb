/** The graphs of a run in the order of time: those it recorded, or those its scenario asks for. */
import { z } from 'zod'
import { createTopology, topologyProblems } from '../../consensus/topologies.ts'
import type { GraphEntry, Results } from '../../storage/results.ts'
import { topologySchema } from '../../swarm/recipe.ts'
import { swarmStreams } from '../../swarm/streams.ts'
import { spread } from '../charts/axes.ts'

/** More peers on one circle are a ring of ink. */
const MAX_PEERS = 512
/** Over all graphs of a page: each edge is drawn once. */
const MAX_EDGES = 24_000
const MAX_GRAPHS = 24
const MAX_EPOCHS = 1000

export interface Graphs {
  readonly entries: readonly GraphEntry[]
  /** Recorded by the run, or computed from the scenario. */
  readonly recorded: boolean
}

const configSchema = z.object({ topology: topologySchema })

const edgesOf = (graph: ReadonlyArray<readonly number[]>): Array<[number, number]> =>
  graph.flatMap((row, a) => row.filter((b) => a < b).map((b): [number, number] => [a, b]))

/** What the topology says for all members: nobody away, every peer in the same epoch. */
const fromDocument = ({ document, seed, peers, rounds }: Results): readonly GraphEntry[] => {
  const { data } = configSchema.safeParse(document)
  if (data === undefined || topologyProblems(data.topology, peers).length > 0) return []
  const topology = createTopology(data.topology, swarmStreams(seed).topology)
  const { lifetime } = topology
  const epochs = lifetime === null ? 1 : Math.min(MAX_EPOCHS, Math.ceil(rounds / lifetime))
  const chosen = spread(
    Array.from({ length: epochs }, (_, epoch) => epoch),
    MAX_GRAPHS
  )
  return chosen.map((epoch) => ({
    atMs: null,
    round: epoch * (lifetime ?? 0),
    edges: edgesOf(topology.graph(peers, epoch))
  }))
}

const bounded = (entries: readonly GraphEntry[], peers: number): readonly GraphEntry[] => {
  const chosen = spread(entries, MAX_GRAPHS)
  const most = chosen.reduce((high, { edges }) => Math.max(high, edges.length), 1)
  const fitting = Math.floor(MAX_EDGES / most)
  // Edges of peers that there are not would point nowhere.
  return spread(chosen, Math.max(1, fitting)).map((entry) => ({
    ...entry,
    edges: entry.edges.filter(([a, b]) => a < peers && b < peers).slice(0, MAX_EDGES)
  }))
}

/** Null where nothing is known; a sentence where there is too much to draw. */
export const graphsOf = (results: Results): Graphs | string | null => {
  const { graphs, peers } = results
  if (peers < 2) return null
  if (peers > MAX_PEERS) return `Left out: ${peers} peers do not fit on a circle.`
  const recorded = graphs.length > 0
  const entries = bounded(recorded ? graphs : fromDocument(results), peers)
  return entries.length === 0 ? null : { entries, recorded }
}
