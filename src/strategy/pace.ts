/**
 * How long to wait for neighbours, learned from how long they take: per neighbour the smoothed delay
 * and deviation of TCP's retransmission timer (RFC 6298, section 2), then twice the median over the
 * neighbours, so that a minority of slow or hung ones does not set the pace.
 */
import type { Milliseconds, PeerName } from './strategy.ts'

const SMOOTHING = 1 / 8
const DEVIATION_SMOOTHING = 1 / 4
/** Deviations above the smoothed delay before an answer counts as late. */
const DEVIATIONS = 4
const MARGIN = 2

export interface PaceLimits {
  readonly floor: Milliseconds
  readonly ceiling: Milliseconds
}

interface Delay {
  smoothed: Milliseconds
  deviation: Milliseconds
}

export class Pace {
  readonly #limits: PaceLimits
  readonly #delays = new Map<PeerName, Delay>()

  constructor(limits: PaceLimits) {
    this.#limits = limits
  }

  /** `delay`: from this end's side of an exchange to the neighbour's; 0 when theirs came first. */
  observe(peer: PeerName, delay: Milliseconds): void {
    const known = this.#delays.get(peer)
    if (known === undefined) {
      this.#delays.set(peer, { smoothed: delay, deviation: delay / 2 })
      return
    }
    const error = Math.abs(known.smoothed - delay)
    known.deviation += DEVIATION_SMOOTHING * (error - known.deviation)
    known.smoothed += SMOOTHING * (delay - known.smoothed)
  }

  /** How long to wait for `peers`; one never heard from counts as the ceiling. */
  deadline(peers: readonly PeerName[]): Milliseconds {
    const { floor, ceiling } = this.#limits
    const waits = peers.map((peer) => {
      const known = this.#delays.get(peer)
      return known === undefined ? ceiling : patienceWith(known)
    })
    return waits.length === 0 ? floor : Math.max(floor, this.#twiceMedian(waits))
  }

  /** The same over everyone that was ever heard, without the floor; the floor where nobody was. */
  usual(): Milliseconds {
    const waits = [...this.#delays.values()].map(patienceWith)
    return waits.length === 0 ? this.#limits.floor : this.#twiceMedian(waits)
  }

  #twiceMedian(waits: number[]): Milliseconds {
    waits.sort((a, b) => a - b)
    return Math.min(this.#limits.ceiling, MARGIN * waits[(waits.length - 1) >> 1]!)
  }
}

const patienceWith = ({ smoothed, deviation }: Delay): Milliseconds =>
  smoothed + DEVIATIONS * deviation
