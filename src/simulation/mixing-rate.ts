/** How fast replicas that do not train come together, and how fast they should. */
import { spectralGap } from '../consensus/spectral-gap.ts'
import { createTopology } from '../consensus/topologies.ts'
import type { HistoryEntry } from '../storage/results.ts'
import { swarmStreams } from '../swarm/streams.ts'
import type { Scenario } from './scenario.ts'

/** Power iteration on larger graphs would take longer than the run. */
const MAX_PEERS = 2048

/**
 * The factor by which a round has shrunk the disagreement: the geometric mean over the second half of
 * the run, when the slowest part of it is all that is left. Null with fewer than three measurements.
 */
export const measuredRate = (history: readonly HistoryEntry[]): number | null => {
  const points = history.filter(({ distance }) => distance !== null && distance > 0)
  const from = points[points.length >> 1]
  const to = points.at(-1)
  if (points.length < 3 || from === undefined || to === undefined) return null
  return (to.distance! / from.distance!) ** (1 / (to.round - from.round))
}

/** |lambda_2| of a static topology's mixing matrix; null where the graph changes, or is too large. */
export const predictedRate = ({ topology, peers, seed }: Scenario): number | null => {
  const graphs = createTopology(topology, swarmStreams(seed).topology)
  if (graphs.lifetime !== null || peers > MAX_PEERS) return null
  return 1 - spectralGap(graphs.graph(peers, 0))
}
