import crc32 from 'crc-32'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'

/** Relays that a private peer wants: one may go at any time. */
export const RELAYS = 2
/** After a refusal; doubles up to the longest. */
const FIRST_PAUSE = 4_000
const LONGEST_PAUSE = 300_000

interface Attempt {
  readonly failures: number
  readonly notBefore: Milliseconds
}

/**
 * On whom to reserve a slot. Peers differ in whom they prefer (rendezvous hashing), so that they spread
 * over the relays that there are; whoever has refused comes last, and later.
 */
export class RelayChoice {
  readonly #self: PeerName
  readonly #attempts = new Map<PeerName, Attempt>()

  constructor(self: PeerName) {
    this.#self = self
  }

  /** Whom to ask now, of those that can be asked. `held`: where it has a slot. */
  next(
    candidates: readonly PeerName[],
    held: readonly PeerName[],
    now: Milliseconds
  ): readonly PeerName[] {
    for (const peer of this.#attempts.keys()) {
      if (!candidates.includes(peer)) this.#forget(peer, now)
    }
    return candidates
      .filter((peer) => !held.includes(peer) && now >= this.#of(peer).notBefore)
      .sort((a, b) => this.#of(a).failures - this.#of(b).failures || this.#rank(a) - this.#rank(b))
      .slice(0, Math.max(0, RELAYS - held.length))
  }

  granted(peer: PeerName): void {
    this.#attempts.delete(peer)
  }

  refused(peer: PeerName, now: Milliseconds): void {
    const failures = this.#of(peer).failures + 1
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1))
    this.#attempts.set(peer, { failures, notBefore: now + pause })
  }

  #of(peer: PeerName): Attempt {
    return this.#attempts.get(peer) ?? { failures: 0, notBefore: -Infinity }
  }

  #rank(peer: PeerName): number {
    return crc32.str(`${this.#self} ${peer}`)
  }

  #forget(peer: PeerName, now: Milliseconds): void {
    if (now >= this.#of(peer).notBefore) this.#attempts.delete(peer)
  }
}
