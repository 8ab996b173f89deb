import type { PeerName } from '../strategy.ts'

/** The latest round for which each neighbour has pushed or passed. */
export class Told {
  readonly #rounds = new Map<PeerName, number>()

  tell(peer: PeerName, round: number): void {
    this.#rounds.set(peer, Math.max(round, this.#rounds.get(peer) ?? -1))
  }

  /** Of this round, or a later one. */
  has(peer: PeerName, round: number): boolean {
    return (this.#rounds.get(peer) ?? -1) >= round
  }

  /** Forgets all but these. */
  keep(isKept: (peer: PeerName) => boolean): void {
    for (const peer of this.#rounds.keys()) if (!isKept(peer)) this.#rounds.delete(peer)
  }
}
