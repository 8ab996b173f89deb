/** What this peer says of itself over presence, put together from what changes at different times. */
import type { Network } from '../network/network.ts'
import type { Announcement } from '../network/presence.ts'
import type { PeerName } from '../strategy/strategy.ts'

const LOOPBACK = /^\/(ip4\/127\.|ip6\/::1\/)/

export class Announcer {
  readonly #network: Network
  readonly #links = new Set<PeerName>()
  #said: Announcement

  constructor(network: Network, first: Pick<Announcement, 'role' | 'round' | 'pass' | 'final'>) {
    this.#network = network
    this.#said = { ...first, loss: null, addresses: [] }
  }

  say(news: Partial<Omit<Announcement, 'links' | 'addresses'>>): void {
    this.#said = { ...this.#said, ...news }
    this.#announce()
  }

  link(peer: PeerName, state: 'up' | 'down'): void {
    if (state === 'up') this.#links.add(peer)
    else this.#links.delete(peer)
    this.#announce()
  }

  #announce(): void {
    const all = this.#network.addresses()
    // Others cannot use this machine's loopback address, unless it is all there is: a simulation.
    const outside = all.filter((address) => !LOOPBACK.test(address))
    const addresses = outside.length > 0 ? outside : [...all]
    // As many as fit are taken of both.
    this.#network.announce({ ...this.#said, links: [...this.#links], addresses })
  }
}
