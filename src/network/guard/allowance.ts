import type { Milliseconds } from '../../strategy/strategy.ts'
import type { Pace } from './limits.ts'

/** A bucket of tokens for what is counted: full at first. A clock that goes back fills nothing. */
export class Allowance {
  readonly #burst: number
  readonly #perSecond: number
  #tokens: number
  #at: Milliseconds

  constructor({ burst, perSecond }: Pace, now: Milliseconds, factor = 1) {
    this.#burst = burst * factor
    this.#perSecond = perSecond * factor
    this.#tokens = this.#burst
    this.#at = now
  }

  /** Takes so many, if they are there. */
  take(count: number, now: Milliseconds): boolean {
    this.#fill(now)
    if (this.#tokens < count) return false
    this.#tokens -= count
    return true
  }

  /** Takes so many in any case; until there are none owed any more. */
  owe(count: number, now: Milliseconds): Milliseconds {
    this.#fill(now)
    this.#tokens -= count
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / this.#perSecond) * 1000)
  }

  /** Nobody could tell it from a new one. */
  isFull(now: Milliseconds): boolean {
    this.#fill(now)
    return this.#tokens >= this.#burst
  }

  #fill(now: Milliseconds): void {
    const elapsed = Math.max(0, now - this.#at)
    this.#at = now
    this.#tokens = Math.min(this.#burst, this.#tokens + (this.#perSecond * elapsed) / 1000)
  }
}
