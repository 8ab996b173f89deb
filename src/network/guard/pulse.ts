import type { Milliseconds } from '../../strategy/strategy.ts'

export interface PulseTimes {
  /** Between two looks at all connections. */
  readonly look: Milliseconds
  /** Between two pings at the most. */
  readonly every: Milliseconds
  /** No byte for so long is asked about at once. */
  readonly silence: Milliseconds
  /** A connection that has been asked, and brings no byte for so long, is dead: within these two. */
  readonly least: Milliseconds
  readonly most: Milliseconds
  /** Bytes a second of the slowest way that is reckoned with: a ping waits behind what was sent before. */
  readonly slowest: number
}

/**
 * Measured: of 8 peers with a busy thread each on 4 cores, a ping takes 0.1 s at the 99th percentile and
 * 0.5 s at most; at the lowest priority, beside fifty other busy threads, 5.9 s and 6.6 s.
 */
export const PULSE_TIMES: PulseTimes = {
  look: 1_000,
  every: 15_000,
  silence: 5_000,
  least: 8_000,
  most: 45_000,
  slowest: 64 << 10
}

/** RFC 6298, section 2: gains of the two averages; four deviations are TCP's, which can send again. */
const SRTT_GAIN = 1 / 8
const VAR_GAIN = 1 / 4
const DEVIATIONS = 8

/** Of what was asked for less, a throughput says little. */
const MEASURABLE = 64 << 10
/** A way is believed to be at least this much of the fastest that it has been. */
const CAUTION = 1 / 4

/**
 * Whether the other end of one connection still lives, by the bytes that come from it and by pings; all
 * times by an attentive clock (Attention). Any byte is a sign of life. A pure state machine.
 */
export class Pulse {
  readonly #times: PulseTimes
  #heardAt: Milliseconds
  #answeredAt: Milliseconds
  #askedAt: Milliseconds | null = null
  /** Bytes sent since the last byte was heard, and when this ping was sent. */
  #unheard = 0
  #ahead = 0
  #rate: number
  #srtt: Milliseconds | null = null
  #deviation: Milliseconds = 0

  constructor(now: Milliseconds, times: PulseTimes = PULSE_TIMES) {
    this.#times = times
    this.#heardAt = now
    this.#answeredAt = now
    this.#rate = times.slowest
  }

  /** Smoothed round-trip time; null: no ping has been answered. */
  get srtt(): Milliseconds | null {
    return this.#srtt
  }

  /** How long a ping may bring no byte. */
  get deadline(): Milliseconds {
    const { least, most } = this.#times
    const expected = (this.#srtt ?? 0) + DEVIATIONS * this.#deviation
    return Math.min(most, Math.max(least, expected) + (this.#ahead / this.#rate) * 1000)
  }

  sent(bytes: number): void {
    this.#unheard += bytes
  }

  heard(now: Milliseconds): void {
    this.#heardAt = now
    this.#unheard = 0
  }

  /** A ping goes out. */
  asked(now: Milliseconds): void {
    this.#askedAt = now
    this.#ahead = this.#unheard
  }

  answered(now: Milliseconds): void {
    if (this.#askedAt === null) return
    const rtt = now - this.#askedAt
    if (this.#srtt === null) {
      this.#srtt = rtt
      this.#deviation = rtt / 2
    } else {
      this.#deviation += VAR_GAIN * (Math.abs(this.#srtt - rtt) - this.#deviation)
      this.#srtt += SRTT_GAIN * (rtt - this.#srtt)
    }
    if (this.#ahead >= MEASURABLE && rtt > 0) {
      this.#rate = Math.max(this.#rate, (CAUTION * this.#ahead * 1000) / rtt)
    }
    this.#askedAt = null
    this.#answeredAt = now
    this.heard(now)
  }

  /** The ping came to nothing, for a reason that says nothing: it is not waited for. */
  cancelled(now: Milliseconds): void {
    this.#askedAt = null
    this.#answeredAt = now
  }

  /** `quick`: its loss would be felt, and is looked for at the first silence. */
  verdict(now: Milliseconds, quick: boolean): 'fine' | 'ask' | 'dead' {
    const { every, silence, most } = this.#times
    if (this.#askedAt === null) {
      const silent = quick && now - this.#heardAt >= silence
      return silent || now - this.#answeredAt >= every ? 'ask' : 'fine'
    }
    const since = Math.max(this.#askedAt, this.#heardAt)
    // What still comes then may be what a stopped machine's neighbours had in store for it.
    const unanswered = now - this.#askedAt >= most
    return unanswered || now - since >= this.deadline ? 'dead' : 'fine'
  }
}
