import type { PeerName } from '../../strategy/strategy.ts'
import { withoutName } from '../without-name.ts'

/** Peers whose addresses are kept: those of all records, and those that a table of 20 buckets holds. */
const MAX_PEERS = 4096
const MAX_ADDRESSES = 8
/** Characters of one. */
const MAX_LENGTH = 200

/**
 * Where the peers of the DHT can be dialled, as others say. Apart from libp2p's own book, which keeps
 * whatever it is told for an hour.
 */
export class ContactAddresses {
  /** By use, the one not used for longest first. */
  readonly #addresses = new Map<PeerName, readonly string[]>()

  get size(): number {
    return this.#addresses.size
  }

  /** Adds to what is known, the newest first. `addresses`: multiaddrs, with or without /p2p/<peer>. */
  learn(peer: PeerName, addresses: readonly string[]): void {
    const short = addresses
      .map((address) => withoutName(address, peer))
      .filter((address) => address !== '' && address.length <= MAX_LENGTH)
    const known = this.#addresses.get(peer) ?? []
    if (short.length === 0) return
    this.#addresses.delete(peer)
    this.#addresses.set(peer, [...new Set([...short, ...known])].slice(0, MAX_ADDRESSES))
    if (this.#addresses.size <= MAX_PEERS) return
    this.#addresses.delete(this.#addresses.keys().next().value!)
  }

  /** Without /p2p/<peer>. */
  of(peer: PeerName): readonly string[] {
    const known = this.#addresses.get(peer)
    if (known === undefined) return []
    this.#addresses.delete(peer)
    this.#addresses.set(peer, known)
    return known
  }
}
