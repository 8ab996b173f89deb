import type { PeerId } from '@libp2p/interface'
import type { Milliseconds, PeerName } from '../../strategy/strategy.ts'

/** A contact that has answered needs no second check for so long. */
const GOOD_MS = 10 * 60_000
/** One that has not is not asked again for so long. */
const BAD_MS = 60_000
/** Of one check. */
const PATIENCE_MS = 10_000
/** Checks under way that need a connection first, and contacts that wait for theirs. */
const MAX_RUNNING = 2
const MAX_WAITING = 64
/** Outcomes that are remembered. */
const MAX_KNOWN = 2000

export interface VerifiedParts {
  readonly self: PeerName
  readonly check: (peer: PeerId, signal: AbortSignal) => Promise<void>
  readonly isConnected: (peer: PeerId) => boolean
  /** It has answered: it can be taken into the table now. */
  readonly answered: (peer: PeerId) => void
  readonly now: () => Milliseconds
}

/**
 * What kad-dht takes for ping: which contacts are fit for its table. A query waits for each contact that a
 * reply names; here it does not: one that nothing is known of is refused, checked aside, and taken in later.
 */
export class Verified {
  readonly #parts: VerifiedParts
  readonly #running = new Set<PeerName>()
  readonly #waiting = new Map<PeerName, PeerId>()
  readonly #until = new Map<PeerName, { readonly good: boolean; readonly at: Milliseconds }>()

  constructor(parts: VerifiedParts) {
    this.#parts = parts
  }

  /** @throws when it is not known to be good */
  async ping(peer: PeerId): Promise<number> {
    const name = peer.toString()
    if (name === this.#parts.self) throw new Error('this peer itself')
    const known = this.#until.get(name)
    if (known !== undefined && known.at > this.#parts.now()) {
      if (known.good) return 0
    } else if (known?.good) {
      // Of the table already: it loses its place if it does not answer.
      if (await this.#check(peer, name)) return 0
    } else if (!this.#running.has(name)) this.#checkAside(peer, name)
    throw new Error('not known to answer')
  }

  #checkAside(peer: PeerId, name: PeerName): void {
    // With whom there is a connection already, that is cheap, and may be the only way in.
    if (this.#running.size < MAX_RUNNING || this.#parts.isConnected(peer)) {
      this.#waiting.delete(name)
      void this.#check(peer, name).then((good) => {
        if (good) this.#parts.answered(peer)
        const [next] = this.#waiting
        if (next !== undefined) this.#checkAside(next[1], next[0])
      })
    } else if (this.#waiting.size < MAX_WAITING) this.#waiting.set(name, peer)
  }

  /** It does not answer any more. */
  lost(peer: PeerId): void {
    this.#remember(peer.toString(), false)
  }

  async #check(peer: PeerId, name: PeerName): Promise<boolean> {
    this.#running.add(name)
    let good = true
    try {
      await this.#parts.check(peer, AbortSignal.timeout(PATIENCE_MS))
    } catch {
      good = false
    }
    this.#running.delete(name)
    this.#remember(name, good)
    return good
  }

  #remember(name: PeerName, good: boolean): void {
    this.#until.delete(name)
    this.#until.set(name, { good, at: this.#parts.now() + (good ? GOOD_MS : BAD_MS) })
    if (this.#until.size > MAX_KNOWN) this.#until.delete(this.#until.keys().next().value!)
  }
}
