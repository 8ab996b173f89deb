/**
 * Which round the swarm is in, as the neighbours tell. A peer that is slower than they are, or comes
 * late, skips the rounds that they have done: its learning rate, its topology and its end are the
 * swarm's. What more than half of the wanted neighbours have reached is believed, so a lying minority
 * sends nobody ahead (who has a single neighbour has no majority to ask).
 */
import type { PeerName } from './strategy.ts'

/** Neighbours of one pace are a round or two apart; only a peer further behind skips. */
const SLACK = 4

export class SwarmRound {
  readonly #heard = new Map<PeerName, number>()
  #wanted: readonly PeerName[] = []

  want(peers: readonly PeerName[]): void {
    this.#wanted = peers
    for (const peer of this.#heard.keys()) if (!peers.includes(peer)) this.#heard.delete(peer)
  }

  /** Rounds never go back: an older message may come late. */
  hear(peer: PeerName, round: number): void {
    if (!this.#wanted.includes(peer)) return
    this.#heard.set(peer, Math.max(round, this.#heard.get(peer) ?? 0))
  }

  /** The latest round that a wanted neighbour has told; -1 for none. */
  heard(peer: PeerName): number {
    return this.#heard.get(peer) ?? -1
  }

  /** What one of the wanted neighbours has reached; -1 where none has told. */
  get furthest(): number {
    return Math.max(-1, ...this.#heard.values())
  }

  /** What more than half of the wanted neighbours have reached; -1 where it cannot be known. */
  get reached(): number {
    const rounds = this.#wanted.map((peer) => this.heard(peer)).sort((a, b) => b - a)
    return rounds[rounds.length >> 1] ?? -1
  }

  /** The round that a peer about to begin `own` should begin instead. */
  from(own: number): number {
    const { reached } = this
    return reached > own + SLACK ? reached : own
  }
}
