/** How fast replicas that do not train come together, and how fast plain averaging would bring them. */
import { spectralGap } from '../consensus/spectral-gap.ts'
import { createTopology, topologyProblems } from '../consensus/topologies.ts'
import type { HistoryEntry } from '../storage/results.ts'
import type { TopologyConfig } from '../swarm/recipe.ts'
import { swarmStreams } from '../swarm/streams.ts'

/** The power iteration of a ring takes time in the third power of its members: seconds for this many. */
const MAX_PEERS = 512
/** Below this share of the first distance float32 rounding is what is left. */
const FLOOR = 1e-5

/**
 * The factor by which a round has shrunk the disagreement: the geometric mean over the second half of
 * the rounds, when the slowest part of it is all that is left. Null with fewer than three measurements.
 */
export const measuredRate = (history: readonly HistoryEntry[]): number | null => {
  const first = history.find(({ distance }) => distance !== null)?.distance ?? 0
  const points = history.filter(({ distance }) => distance !== null && distance > FLOOR * first)
  const from = points[points.length >> 1]
  const to = points.at(-1)
  if (points.length < 3 || from === undefined || to === undefined) return null
  return (to.distance! / from.distance!) ** (1 / (to.round - from.round))
}

/**
 * |lambda_2| of a static topology's mixing matrix: what a round of plain averaging leaves of the
 * disagreement at most. Null where the graph changes, or is too large or too small to say.
 */
export const plainRate = (config: TopologyConfig, peers: number, seed: number): number | null => {
  if (peers < 2 || peers > MAX_PEERS || topologyProblems(config, peers).length > 0) return null
  const graphs = createTopology(config, swarmStreams(seed).topology)
  return graphs.lifetime === null ? 1 - spectralGap(graphs.graph(peers, 0)) : null
}
