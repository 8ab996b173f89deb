import type { PeerName } from '../strategy/strategy.ts'

/** A multiaddr without the /p2p/<peer> that it may end in. */
export const withoutName = (address: string, peer: PeerName): string => {
  const suffix = `/p2p/${peer}`
  return address.endsWith(suffix) ? address.slice(0, -suffix.length) : address
}
