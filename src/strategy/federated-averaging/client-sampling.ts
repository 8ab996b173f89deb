/** Who trains in a round: the first of the peers in an order that the swarm and the round draw. */
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Sampling } from '../parameter-server/sampling.ts'
import type { PeerName } from '../strategy.ts'
import { drawnOf, type FederatedOptions } from './options.ts'

/** 48 bits. */
const lotOf = (salt: string, round: number, peer: PeerName): number => {
  const hash = sha256(utf8ToBytes(`${salt} round ${round} ${peer}`))
  const view = new DataView(hash.buffer, hash.byteOffset)
  return view.getUint32(0) * 2 ** 16 + view.getUint16(4)
}

/** `salt`: of the swarm, so that the same peers are drawn in another order in another one. */
export const clientSampling = (
  salt: string,
  rounds: number,
  options: Pick<FederatedOptions, 'fraction' | 'clients'>
): Sampling => ({
  rounds,
  draw: (round, trainers) => {
    const count = drawnOf(options, trainers.length)
    if (count === trainers.length) return trainers
    const lots = trainers.map((peer) => ({ peer, lot: lotOf(salt, round, peer) }))
    lots.sort((a, b) => a.lot - b.lot || (a.peer < b.peer ? -1 : 1))
    return lots.slice(0, count).map(({ peer }) => peer)
  }
})
