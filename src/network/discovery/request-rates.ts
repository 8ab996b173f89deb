import type { Milliseconds } from '../../strategy/strategy.ts'

/** Of one range of addresses: requests at once after a pause, and for every second. */
const BURST = 300
const PER_SECOND = 50
/** Ranges that are told apart; the rest share the room of one. */
const MAX_RANGES = 4096
/** How often it is looked which of them need not be. */
const LOOK_MS = 1000

interface Bucket {
  tokens: number
  at: Milliseconds
}

/** How many requests each range of addresses may make: a bucket of tokens for each. */
export class RequestRates {
  readonly #buckets = new Map<string, Bucket>()
  #looked: Milliseconds = -Infinity

  /** Whether another one is in order. */
  admits(range: string, now: Milliseconds): boolean {
    const bucket = this.#bucket(range, now)
    bucket.tokens = Math.min(
      BURST,
      bucket.tokens + (Math.max(0, now - bucket.at) * PER_SECOND) / 1000
    )
    bucket.at = now
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }

  #bucket(range: string, now: Milliseconds): Bucket {
    const known = this.#buckets.get(range)
    if (known !== undefined) return known
    if (this.#buckets.size >= MAX_RANGES) this.#forgetFull(now)
    const name = this.#buckets.size >= MAX_RANGES ? '' : range
    const bucket = this.#buckets.get(name) ?? { tokens: BURST, at: now }
    this.#buckets.set(name, bucket)
    return bucket
  }

  /** A bucket that has filled up again tells nothing. */
  #forgetFull(now: Milliseconds): void {
    if (now - this.#looked < LOOK_MS) return
    this.#looked = now
    for (const [range, { tokens, at }] of this.#buckets) {
      if (tokens + ((now - at) * PER_SECOND) / 1000 >= BURST) this.#buckets.delete(range)
    }
  }
}
