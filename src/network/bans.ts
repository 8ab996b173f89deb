import type { Milliseconds, PeerName } from '../strategy/strategy.ts'

/** Peers that are refused for a while. */
export class Bans {
  readonly #until = new Map<PeerName, Milliseconds>()

  add(peer: PeerName, duration: Milliseconds): void {
    this.#until.set(peer, performance.now() + duration)
  }

  has(peer: PeerName): boolean {
    const until = this.#until.get(peer)
    if (until === undefined) return false
    if (performance.now() < until) return true
    this.#until.delete(peer)
    return false
  }

  /** Forgets what has run out. */
  sweep(): void {
    for (const peer of this.#until.keys()) this.has(peer)
  }
}
