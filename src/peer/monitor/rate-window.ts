import type { Milliseconds } from '../../strategy/strategy.ts'

interface Sample {
  readonly at: Milliseconds
  readonly total: number
}

/** Over how long a rate is taken. */
export const WINDOW_MS: Milliseconds = 10_000
/** Samples that come sooner after the one before are passed over, which bounds how many are kept. */
const LEAST_GAP: Milliseconds = 500

/** How fast a running total grows, over the last ten seconds or so. A pure state machine over (total, now). */
export class RateWindow {
  #samples: Sample[] = []

  add(total: number, now: Milliseconds): void {
    const last = this.#samples.at(-1)
    if (last !== undefined && now - last.at < LEAST_GAP) return
    this.#samples.push({ at: now, total })
    const old = this.#samples.findLastIndex(({ at }) => now - at >= WINDOW_MS)
    if (old > 0) this.#samples.splice(0, old)
  }

  /** When it was told of a total last; null: never. */
  get lastAt(): Milliseconds | null {
    return this.#samples.at(-1)?.at ?? null
  }

  /** A second; null until there are two totals. */
  get perSecond(): number | null {
    const first = this.#samples[0]
    const last = this.#samples.at(-1)
    if (first === undefined || last === undefined || last.at <= first.at) return null
    return ((last.total - first.total) * 1000) / (last.at - first.at)
  }
}
