import type { PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { PeerName } from '../strategy/strategy.ts'

const parse = (peer: PeerName, address: string): readonly Multiaddr[] => {
  try {
    const parsed = multiaddr(address.includes('/p2p/') ? address : `${address}/p2p/${peer}`)
    return parsed.getPeerId() === peer ? [parsed] : []
  } catch {
    // A peer may announce anything.
    return []
  }
}

/** Twice the members that are believed in (LIMITS.members). */
const MOST = 8192

/**
 * Where peers said that they can be dialled. libp2p's own book forgets after an hour; this one forgets,
 * of too many, those that have neither said anything nor been dialled for longest.
 */
export class AddressBook {
  /** By use, the one not used for longest first. */
  readonly #addresses = new Map<PeerName, readonly Multiaddr[]>()

  /** Replaces what was known; true when that changes anything. */
  learn(peer: PeerName, addresses: readonly string[]): boolean {
    const known = this.#addresses.get(peer) ?? []
    const learnt = addresses.flatMap((address) => parse(peer, address))
    if (learnt.length === 0 || `${learnt}` === `${known}`) return false
    this.#use(peer, learnt)
    if (this.#addresses.size > MOST) this.#addresses.delete(this.#addresses.keys().next().value!)
    return true
  }

  /** For libp2p's dial: a peer known by name only is looked up among those that have called. */
  targets(peer: PeerName): Multiaddr[] | PeerId {
    const known = this.#addresses.get(peer)
    if (known === undefined) return peerIdFromString(peer)
    this.#use(peer, known)
    return [...known]
  }

  #use(peer: PeerName, addresses: readonly Multiaddr[]): void {
    this.#addresses.delete(peer)
    this.#addresses.set(peer, addresses)
  }
}
