/** Who counts as a member of the virtual swarm: what the others have learnt of comings and goings. */
import type { Milliseconds, PeerName } from '../strategy/strategy.ts'
import type { NetworkConfig } from './network-schema.ts'
import type { VirtualClock } from './virtual-clock.ts'

export class Roster {
  readonly #clock: VirtualClock
  readonly #delays: Pick<NetworkConfig, 'discoveryMs' | 'forgetMs'>
  readonly #onChange: () => void
  /** Sorted. */
  #members: readonly PeerName[] = []
  /** The latest news of each peer: older ones that are still on their way are void. */
  readonly #news = new Map<PeerName, number>()
  #count = 0

  constructor(
    clock: VirtualClock,
    delays: Pick<NetworkConfig, 'discoveryMs' | 'forgetMs'>,
    onChange: () => void
  ) {
    this.#clock = clock
    this.#delays = delays
    this.#onChange = onChange
  }

  get members(): readonly PeerName[] {
    return this.#members
  }

  /** Those who begin together know each other from their configuration. */
  begin(peers: readonly PeerName[]): void {
    this.#members = [...peers].sort()
  }

  came(peer: PeerName): void {
    this.#later(peer, this.#delays.discoveryMs, () => {
      if (this.#members.includes(peer)) return false
      this.#members = [...this.#members, peer].sort()
      return true
    })
  }

  /** Has said goodbye. */
  left(peer: PeerName): void {
    this.#gone(peer, this.#delays.discoveryMs)
  }

  /** Has said nothing: it may come back. */
  vanished(peer: PeerName): void {
    this.#gone(peer, this.#delays.forgetMs)
  }

  #gone(peer: PeerName, after: Milliseconds): void {
    this.#later(peer, after, () => {
      const { length } = this.#members
      this.#members = this.#members.filter((member) => member !== peer)
      return this.#members.length < length
    })
  }

  #later(peer: PeerName, after: Milliseconds, change: () => boolean): void {
    const news = ++this.#count
    this.#news.set(peer, news)
    this.#clock.after(after, () => {
      if (this.#news.get(peer) !== news) return
      if (change()) this.#onChange()
    })
  }
}
