/**
 * When frames arrive. A frame waits for its sender's uplink, crosses the path, and is taken in by the
 * receiver's downlink as fast as that is; on one connection nothing overtakes.
 */
import type { Random } from '../random.ts'
import type { Milliseconds } from '../strategy/strategy.ts'
import type { NetworkConfig } from './network-schema.ts'
import type { PeerLink } from './peer-links.ts'

const BYTES_PER_MS_AND_MBPS = 125

/** A peer's side of the network: its link, and until when it is busy. */
export interface Port {
  readonly link: PeerLink
  upFree: Milliseconds
  downFree: Milliseconds
}

export const portOf = (link: PeerLink): Port => ({ link, upFree: 0, downFree: 0 })

/** One direction of one connection. */
export interface Direction {
  /** When the last frame's last byte has come to the receiver's downlink. */
  last: Milliseconds
}

export const latencyBetween = (a: Port, b: Port): Milliseconds =>
  (a.link.latencyMs + b.link.latencyMs) / 2

const lossBetween = (a: Port, b: Port): number => 1 - (1 - a.link.loss) * (1 - b.link.loss)

export class Transmission {
  readonly #random: Random
  readonly #config: Pick<NetworkConfig, 'delays' | 'duplicates'>
  /** Frames that were held back, and that came twice. */
  delayed = 0
  duplicated = 0

  constructor(random: Random, config: Pick<NetworkConfig, 'delays' | 'duplicates'>) {
    this.#random = random
    this.#config = config
  }

  /** Sends a frame now: when its last byte comes to the receiver's downlink. */
  send(now: Milliseconds, size: number, from: Port, to: Port, direction: Direction): Milliseconds {
    const sent = Math.max(now, from.upFree) + size / (from.link.upMbps * BYTES_PER_MS_AND_MBPS)
    from.upFree = sent
    const arrives = sent + latencyBetween(from, to) + this.#jitter(from, to) + this.#delay()
    direction.last = Math.max(direction.last, arrives)
    return direction.last
  }

  /** The receiver's downlink takes the frame in, from its first byte on: when it has all of it. */
  receive(now: Milliseconds, size: number, from: Port, to: Port): Milliseconds {
    const began = now - size / (from.link.upMbps * BYTES_PER_MS_AND_MBPS)
    const taken = Math.max(began, to.downFree) + size / (to.link.downMbps * BYTES_PER_MS_AND_MBPS)
    to.downFree = taken
    return Math.max(now, taken)
  }

  lost(from: Port, to: Port): boolean {
    const loss = lossBetween(from, to)
    return loss > 0 && this.#random.next() < loss
  }

  /** Whether a frame comes a second time. */
  twice(): boolean {
    const { duplicates } = this.#config
    const twice = duplicates > 0 && this.#random.next() < duplicates
    if (twice) this.duplicated++
    return twice
  }

  #jitter(from: Port, to: Port): Milliseconds {
    const mean = (from.link.jitterMs + to.link.jitterMs) / 2
    return mean === 0 ? 0 : -mean * Math.log(1 - this.#random.next())
  }

  #delay(): Milliseconds {
    const { delays } = this.#config
    if (delays === null || this.#random.next() >= delays.probability) return 0
    this.delayed++
    return delays.ms
  }
}
