import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { PeerStatus } from './status.ts'

export type LoopDelay = PeerStatus['time']['loopDelayMs']

export const NO_DELAY: LoopDelay = { mean: 0, p99: 0, max: 0 }

/** How often the loop is looked at: a shorter delay may be missed. Costs 0.1 % of a core; every 20 ms, twice that. */
const RESOLUTION_MS = 50
const NANOSECONDS = 1e6

/** How late the event loop turns to what is due, since the last look. Node gives the interval with it. */
export class LoopWatch {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })

  constructor() {
    this.#histogram.enable()
  }

  take(): LoopDelay {
    const { count, mean, max } = this.#histogram
    const p99 = this.#histogram.percentile(99)
    this.#histogram.reset()
    if (count === 0) return NO_DELAY
    const late = (nanoseconds: number): number =>
      Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS)
    return { mean: late(mean), p99: late(p99), max: late(max) }
  }

  close(): void {
    this.#histogram.disable()
  }
}
