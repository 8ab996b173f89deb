import type { Network } from '../network/network.ts'
import type { PeerName } from '../strategy/strategy.ts'

/**
 * Which links the network should keep up: those the topology wants, and those that have been up since
 * they were wanted and have not been released. The latter may carry the end of an edge that the
 * topology no longer wants; cut in half, it would bend the replicas' mean (docs/decisions/0004).
 */
export class HeldLinks {
  readonly #network: Pick<Network, 'want'>
  readonly #up = new Set<PeerName>()
  readonly #held = new Set<PeerName>()
  #wanted: readonly PeerName[] = []

  constructor(network: Pick<Network, 'want'>) {
    this.#network = network
  }

  want(peers: readonly PeerName[]): void {
    this.#wanted = peers
    for (const peer of peers) if (this.#up.has(peer)) this.#held.add(peer)
    this.#update()
  }

  up(peer: PeerName): void {
    this.#up.add(peer)
    // A stranger's link is its own affair: it is swept away when it stays idle.
    if (!this.#wanted.includes(peer)) return
    this.#held.add(peer)
    this.#update()
  }

  down(peer: PeerName): void {
    this.#up.delete(peer)
  }

  release(peer: PeerName): void {
    if (this.#held.delete(peer)) this.#update()
  }

  #update(): void {
    this.#network.want([...new Set([...this.#wanted, ...this.#held])])
  }
}
