import { circulant } from './adjacency.ts'
import type { Topology } from './topology.ts'

/** 1, 2, 4, ... up to half the circle. */
const offsets = (members: number): number[] => {
  const powers: number[] = []
  for (let power = 1; 2 * power <= members; power *= 2) powers.push(power)
  return powers.length === 0 && members > 1 ? [1] : powers
}

/**
 * Members 2^h apart on a circle are joined (Ying et al. 2021, made undirected: an exchange needs both
 * ends). The degree grows with the logarithm of the members.
 */
export const exponential: Topology = {
  name: 'exponential',
  lifetime: null,
  maxDegree: (members) => Math.min(members - 1, 2 * offsets(members).length),
  graph: (members) => circulant(members, offsets(members))
}
