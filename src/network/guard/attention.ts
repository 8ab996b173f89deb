import type { Milliseconds } from '../../strategy/strategy.ts'

/** A look that comes later than this, in intervals, finds that this peer itself was held up. */
const LATE = 1.5

/**
 * Time as a peer has been able to live it. While its process was starved of CPU, frozen or asleep, time
 * stood still: nobody is blamed for what this end did not hear then.
 */
export class Attention {
  readonly #interval: Milliseconds
  #lookedAt: Milliseconds
  #now: Milliseconds = 0

  /** `interval`: between two looks. */
  constructor(interval: Milliseconds, now: Milliseconds) {
    this.#interval = interval
    this.#lookedAt = now
  }

  /** The attentive time. */
  at(now: Milliseconds): Milliseconds {
    const elapsed = Math.max(0, now - this.#lookedAt)
    return this.#now + Math.min(elapsed, LATE * this.#interval)
  }

  /** To be called once in every interval. */
  look(now: Milliseconds): void {
    this.#now = this.at(now)
    this.#lookedAt = now
  }
}
