import type { Milliseconds } from '../strategy/strategy.ts'

/** Bytes that may come at once after a pause, unless a second's worth is less. */
const MAX_BURST = 256 << 10

/**
 * A rate: whoever finds anything in the bucket may take all it needs, and leave a debt that time pays
 * off. Between any two moments no more passes than rate x time + burst + the last taker's bytes.
 */
export class TokenBucket {
  /** Bytes a second; null: no limit. */
  #rate: number | null = null
  #tokens = 0
  #at: Milliseconds = 0

  get rate(): number | null {
    return this.#rate
  }

  /** Bytes. */
  get burst(): number {
    return Math.min(MAX_BURST, this.#rate ?? MAX_BURST)
  }

  /** A new rate begins with a full bucket; debts are kept. */
  setRate(bytesPerSecond: number | null, now: Milliseconds): void {
    this.#fill(now)
    const begins = this.#rate === null
    this.#rate = bytesPerSecond
    this.#tokens = begins ? this.burst : Math.min(this.#tokens, this.burst)
  }

  take(bytes: number, now: Milliseconds): void {
    this.#fill(now)
    this.#tokens -= bytes
  }

  /** Bytes in it; below 0: what has been taken in advance. */
  level(now: Milliseconds): number {
    this.#fill(now)
    return this.#tokens
  }

  /** Until there is something in it; 0: now. */
  wait(now: Milliseconds): Milliseconds {
    this.#fill(now)
    if (this.#rate === null || this.#tokens > 0) return 0
    return Math.ceil(((1 - this.#tokens) / this.#rate) * 1000)
  }

  /** A clock that goes back fills nothing. */
  #fill(now: Milliseconds): void {
    const elapsed = Math.max(0, now - this.#at)
    this.#at = now
    if (this.#rate === null) this.#tokens = 0
    else this.#tokens = Math.min(this.burst, this.#tokens + (this.#rate * elapsed) / 1000)
  }
}
