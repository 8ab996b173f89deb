/**
 * Where a peer is in its own rounds.
 *
 * gathering: waits for neighbours, and for what they have; working: local steps, or what becomes of
 * them, are under way; waiting: for the others' deltas; following: does not train; ended: no more rounds;
 * expelled: has signed one number twice; parting: keeps its last checkpoint; finished.
 */
export type Phase =
  | 'gathering'
  | 'working'
  | 'waiting'
  | 'following'
  | 'ended'
  | 'expelled'
  | 'parting'
  | 'finished'
