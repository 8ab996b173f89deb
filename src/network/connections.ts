import type { Connection, PeerId } from '@libp2p/interface'
import type { PeerName } from '../strategy/strategy.ts'

/** Who is at the other end. */
export const nameOf = ({ remotePeer }: { readonly remotePeer: PeerId }): PeerName =>
  remotePeer.toString()

/** Those with this peer that are open, and not on their way up or down. */
export const openConnections = (
  node: { getConnections(): Connection[] },
  peer: PeerName
): readonly Connection[] =>
  node
    .getConnections()
    .filter((connection) => nameOf(connection) === peer && connection.status === 'open')
