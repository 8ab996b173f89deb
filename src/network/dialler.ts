import type { Milliseconds, PeerName } from '../strategy/strategy.ts'
import type { NetworkTimings } from './timings.ts'

/** What the dialler knows of one wanted peer. */
class Wanted {
  failures = 0
  upSince: Milliseconds | null = null
  timer: NodeJS.Timeout | null = null
  attempt: AbortController | null = null

  cancel(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    this.attempt?.abort()
    this.attempt = null
  }
}

/** Failures after which every pause is the longest. */
const HOPELESS = 32

/** Exponential, with jitter so that peers that fell together do not rise together. */
export const backoff = (failures: number, [first, longest]: NetworkTimings['backoff']): number =>
  Math.min(longest, first * 2 ** failures) * (1 - Math.random() / 2)

/** The other end will have no link: that seldom passes soon. */
export class Unwelcome extends Error {}

export interface DiallerParts {
  /** Begins a link, or throws; resolves without one when there is one already. */
  connect(peer: PeerName, signal: AbortSignal): Promise<void>
  /** Whether nothing would have to be dialled. */
  isConnected(peer: PeerName): boolean
  /** Told of every attempt that has come to nothing. */
  failed?(peer: PeerName): void
}

/**
 * Decides when to dial whom. Of two peers that want each other, the one whose name sorts first; but whoever
 * has just started dials at once, since nobody knows yet that it is there.
 */
export class Dialler {
  readonly #self: PeerName
  readonly #timings: NetworkTimings
  readonly #parts: DiallerParts
  readonly #wanted = new Map<PeerName, Wanted>()
  #isNew = true

  constructor(self: PeerName, timings: NetworkTimings, parts: DiallerParts) {
    this.#self = self
    this.#timings = timings
    this.#parts = parts
  }

  wants(peer: PeerName): boolean {
    return this.#wanted.has(peer)
  }

  want(peers: readonly PeerName[]): void {
    const next = new Set(peers)
    next.delete(this.#self)
    for (const [peer, wanted] of this.#wanted) {
      if (next.has(peer)) continue
      wanted.cancel()
      this.#wanted.delete(peer)
    }
    for (const peer of next) {
      if (this.#wanted.has(peer)) continue
      this.#wanted.set(peer, new Wanted())
      const atOnce = this.#isNew || this.#parts.isConnected(peer)
      this.#schedule(peer, atOnce ? 0 : this.#grace(peer))
    }
    if (next.size > 0) this.#isNew = false
  }

  /** The peer can be dialled elsewhere than before: no use in waiting any longer. */
  moved(peer: PeerName): void {
    this.#tryAnew(peer, this.#grace(peer))
  }

  /** There is a connection with the peer already: whoever is first begins. */
  resume(peer: PeerName): void {
    this.#tryAnew(peer, 0)
  }

  up(peer: PeerName): void {
    const wanted = this.#wanted.get(peer)
    if (wanted === undefined) return
    wanted.cancel()
    wanted.upSince = performance.now()
  }

  /** A link, or an attempt at one, has come to an end. */
  lost(peer: PeerName): void {
    const wanted = this.#wanted.get(peer)
    if (wanted === undefined) return
    const { upSince } = wanted
    wanted.cancel()
    wanted.upSince = null
    if (upSince !== null && performance.now() - upSince >= this.#timings.proved) wanted.failures = 0
    this.#schedule(peer, this.#grace(peer) + backoff(wanted.failures, this.#timings.backoff))
    wanted.failures++
  }

  stop(): void {
    this.want([])
  }

  #grace(peer: PeerName): Milliseconds {
    return this.#self < peer ? 0 : this.#timings.grace
  }

  /** As if it had never failed; not where it is being tried, or up. */
  #tryAnew(peer: PeerName, delay: Milliseconds): void {
    const wanted = this.#wanted.get(peer)
    if (wanted === undefined || wanted.attempt !== null || wanted.upSince !== null) return
    wanted.failures = 0
    this.#schedule(peer, delay)
  }

  #schedule(peer: PeerName, delay: Milliseconds): void {
    const wanted = this.#wanted.get(peer)!
    wanted.cancel()
    wanted.timer = setTimeout(() => this.#attempt(peer, wanted), delay)
  }

  async #attempt(peer: PeerName, wanted: Wanted): Promise<void> {
    const attempt = new AbortController()
    wanted.timer = null
    wanted.attempt = attempt
    try {
      const timeout = AbortSignal.timeout(this.#timings.dial)
      await this.#parts.connect(peer, AbortSignal.any([attempt.signal, timeout]))
    } catch (error) {
      if (error instanceof Unwelcome) wanted.failures = HOPELESS
      // Nobody there, not admitted, no address yet: the next attempt will show.
      if (!attempt.signal.aborted) {
        this.lost(peer)
        this.#parts.failed?.(peer)
      }
    }
    if (wanted.attempt === attempt) wanted.attempt = null
  }
}
