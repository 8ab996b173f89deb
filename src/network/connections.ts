import type { Connection, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerName } from '../strategy/strategy.ts'
import type { SwarmNode } from './create-node.ts'
import { isCircuit } from './reach/addresses.ts'

/** Who is at the other end. */
export const nameOf = ({ remotePeer }: { readonly remotePeer: PeerId }): PeerName =>
  remotePeer.toString()

/** Whether it goes through a relay. */
export const isRelayed = ({ remoteAddr }: Pick<Connection, 'remoteAddr'>): boolean =>
  isCircuit(`${remoteAddr}`)

/** Those with this peer that are open, and not on their way up or down. */
export const openConnections = (node: SwarmNode, peer: PeerName): readonly Connection[] =>
  node
    .getConnections()
    .filter((connection) => nameOf(connection) === peer && connection.status === 'open')

/**
 * One with this peer: one that is open, or whichever comes first, that of an own call or that of the peer's.
 * Two that call each other would have two connections otherwise, and lose one with the link on it. A relayed
 * one does not end a call, which may find a direct way.
 */
export const connectWith = async (
  node: SwarmNode,
  peer: PeerName,
  targets: Multiaddr[] | PeerId,
  signal: AbortSignal
): Promise<Connection> => {
  const open = openConnections(node, peer)[0]
  if (open !== undefined) return open
  const met = new AbortController()
  const look = ({ detail }: CustomEvent<Connection>): void => {
    const called = detail.direction === 'inbound' && !isRelayed(detail)
    if (called && nameOf(detail) === peer) met.abort()
  }
  node.addEventListener('connection:open', look)
  try {
    return await node.dial(targets, { signal: AbortSignal.any([signal, met.signal]) })
  } catch (error) {
    const theirs = openConnections(node, peer)[0]
    if (theirs === undefined || signal.aborted) throw error
    return theirs
  } finally {
    node.removeEventListener('connection:open', look)
  }
}
