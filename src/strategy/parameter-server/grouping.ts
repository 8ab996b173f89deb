import type { PeerName } from '../strategy.ts'
import type { Surroundings } from './surroundings.ts'

/** All others that this peer has a link with. */
export const reachableFrom = (around: Surroundings): readonly PeerName[] =>
  around.members().filter((peer) => peer !== around.self && around.linked(peer))

/**
 * Who is to serve a shard where this peer stands for it: this peer first, unless it wants to leave, and so
 * the primary; then those who did before, or, at the beginning, whom the placement says; then who is next in
 * the ranking, those that serve nothing else first. `without`: they could not be given the state.
 */
export const groupAfter = (
  around: Surroundings,
  shard: number,
  before: readonly PeerName[],
  without: ReadonlySet<PeerName>
): readonly PeerName[] => {
  const { placement, self, replicas } = around
  const there = reachableFrom(around).filter((peer) => !without.has(peer))
  const founders = before.length > 0 ? [] : placement.groups(around.members())[shard]!
  const old = [...before, ...founders].filter((peer) => there.includes(peer))
  const ranked = placement.ranking(shard, there)
  const free = ranked.filter((peer) => !around.isBusy(peer, shard))
  const first = around.leaving() && there.length > 0 ? [] : [self]
  return [...new Set([...first, ...old, ...free, ...ranked])].slice(0, replicas)
}
