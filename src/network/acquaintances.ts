import type { Connection, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerName } from '../strategy/strategy.ts'
import { connectWith, nameOf, openConnections } from './connections.ts'
import type { SwarmNode } from './create-node.ts'
import { Dialler } from './dialler.ts'
import type { NetworkTimings } from './timings.ts'

/**
 * Connections that are held without a link: they carry presence, and what it tells of the others. For
 * peers that have no replica, and for those of whom it is not known yet whether they have one.
 */
export class Acquaintances {
  readonly #node: SwarmNode
  readonly #dialler: Dialler

  constructor(
    node: SwarmNode,
    timings: NetworkTimings,
    targets: (peer: PeerName) => Multiaddr[] | PeerId
  ) {
    this.#node = node
    const isConnected = (peer: PeerName) => this.#isConnected(peer)
    const connect = async (peer: PeerName, signal: AbortSignal) => {
      // A link's connection serves as well.
      await connectWith(node, peer, targets(peer), signal)
      signal.throwIfAborted()
      this.#dialler.up(peer)
    }
    this.#dialler = new Dialler(node.peerId.toString(), timings, { connect, isConnected })
    node.addEventListener('connection:close', this.#closed)
  }

  want(peers: readonly PeerName[]): void {
    this.#dialler.want(peers)
  }

  moved(peer: PeerName): void {
    this.#dialler.moved(peer)
  }

  stop(): void {
    this.#node.removeEventListener('connection:close', this.#closed)
    this.#dialler.stop()
  }

  readonly #closed = ({ detail }: CustomEvent<Connection>): void => {
    const peer = nameOf(detail)
    if (this.#dialler.wants(peer) && !this.#isConnected(peer)) this.#dialler.lost(peer)
  }

  #isConnected(peer: PeerName): boolean {
    return openConnections(this.#node, peer).length > 0
  }
}
