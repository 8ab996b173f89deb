import { Partners } from '../consensus/partners.ts'
import { rangeOf } from '../network/address-range.ts'
import type { Network } from '../network/network.ts'
import { isPublicAddress } from '../network/public-address.ts'
import { isCircuit } from '../network/reach/addresses.ts'
import type { Milliseconds, PeerName } from '../strategy/strategy.ts'

/** Between two looks. */
export const LOOK_MS: Milliseconds = 5_000
/** A way that takes longer is taken where there is no better one. */
const SLOW_MS: Milliseconds = 2_000
/** Announced addresses are looked at so many at a time, of so many peers. */
const MOST = 4096

export interface NeighbourChoiceParts {
  readonly network: Pick<Network, 'self' | 'path'>
  readonly manifestHash: string
  /** Both ends have to want an edge. */
  readonly mutual: boolean
  readonly now: () => Milliseconds
}

/** Loopback, private networks and laboratories are nobody's range; relays' clients share their relay's. */
const rangesOf = (addresses: readonly string[]): readonly string[] => {
  const ranges = addresses.filter(isPublicAddress).flatMap((address) => {
    const range = rangeOf(address)
    if (range === null) return []
    return isCircuit(address) ? `relay ${range}` : range
  })
  return [...new Set(ranges)]
}

/** Whom to want in a swarm that strangers may join: what is known of ways and links, for Partners. */
export class NeighbourChoice {
  readonly #parts: NeighbourChoiceParts
  readonly #partners: Partners
  readonly #up = new Set<PeerName>()
  readonly #announced = new Map<PeerName, readonly string[]>()

  constructor(parts: NeighbourChoiceParts) {
    const { network, manifestHash, mutual } = parts
    this.#parts = parts
    this.#partners = new Partners({ self: network.self, salt: manifestHash, mutual })
  }

  readonly choose = (
    row: readonly PeerName[],
    members: readonly PeerName[]
  ): readonly PeerName[] => {
    for (const peer of this.#announced.keys()) this.#setWay(peer)
    for (const peer of this.#up) this.#setWay(peer)
    return this.#partners.choose(row, members, this.#parts.now())
  }

  link(peer: PeerName, state: 'up' | 'down'): void {
    this.#partners[state](peer, this.#parts.now())
    if (state === 'up') this.#up.add(peer)
    else this.#up.delete(peer)
  }

  /** It has sent something that made sense. */
  useful(peer: PeerName): void {
    this.#partners.useful(peer, this.#parts.now())
  }

  /** An attempt to dial it has come to nothing. */
  failed(peer: PeerName): void {
    this.#partners.failed(peer)
  }

  /** Where it says that it can be dialled. */
  announced(peer: PeerName, addresses: readonly string[]): void {
    // Who has spoken last stays.
    this.#announced.delete(peer)
    this.#announced.set(peer, addresses)
    if (this.#announced.size > MOST) {
      this.#announced.delete(this.#announced.keys().next().value!)
    }
  }

  /** What is seen counts for more than what is said. */
  #setWay(peer: PeerName): void {
    const path = this.#up.has(peer) ? this.#parts.network.path(peer) : null
    const said = this.#announced.get(peer) ?? []
    this.#partners.way(peer, {
      ranges: rangesOf(path === null ? said : [path.address]),
      poor:
        path === null
          ? said.length > 0 && said.every(isCircuit)
          : path.kind === 'relayed' || (path.rttMs ?? 0) > SLOW_MS
    })
  }
}
