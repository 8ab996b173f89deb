/** Adjacency lists by member index; sorted, symmetric, without self-loops. */
export type Graph = ReadonlyArray<readonly number[]>

/**
 * Who talks to whom, as a function of the number of members and an epoch only: every peer computes
 * the same graph without asking. A static topology gives the same graph in every epoch.
 */
export interface Topology {
  readonly name: string
  /** Rounds that an edge lives; null when the graph never changes. */
  readonly lifetime: number | null
  /** Largest degree any member can have among `members`. */
  maxDegree(members: number): number
  /**
   * The graph of one epoch. Total: for any members >= 1 (one member: no edges). Where the wanted
   * degree does not fit (degree >= members) it is the full graph.
   */
  graph(members: number, epoch: number): Graph
}

/** The epoch that a round belongs to. */
export const epochOf = (topology: Topology, round: number): number =>
  topology.lifetime === null ? 0 : Math.floor(round / topology.lifetime)
