import type { Milliseconds } from '../../strategy/strategy.ts'
import { RateWindow, WINDOW_MS } from './rate-window.ts'

/** What the compute thread has used so far. */
export interface ComputeUse {
  /** On jobs, by the clock. */
  readonly busySeconds: number
  /** Of the processor; null where Node cannot say it of one thread. */
  readonly cpuSeconds: number | null
}

/** Without word from the compute thread for this long, what the process uses is not its. */
const IDLE_MS: Milliseconds = 120_000

/**
 * What computing takes, and what everything else does.
 *
 * Overhead is the processor time of the whole process less that of the compute thread (less its busy
 * time, where only that is known: too small on a machine with too few processors, too large where a
 * backend computes on many threads). Both are read when the compute thread reports, at the end of
 * each round: in between, nobody knows how much of a job is done. Garbage collection and compilation
 * of all threads count as overhead.
 */
export class Load {
  readonly #overhead = new RateWindow()
  #use: ComputeUse = { busySeconds: 0, cpuSeconds: 0 }
  /** Training: since when, how long before that, and up to the last report. */
  #since: Milliseconds | null = null
  #before: Milliseconds = 0
  #reported: Milliseconds = 0
  /** Busy seconds of that time; an observer's, say, do not count. */
  #trained = 0

  get busySeconds(): number {
    return this.#use.busySeconds
  }

  /** Share of the time in the phase `training`, up to the last report. */
  get utilisation(): number | null {
    if (this.#reported <= 0) return null
    return Math.min(1, (this.#trained * 1000) / this.#reported)
  }

  get overhead(): number | null {
    const share = this.#overhead.perSecond
    return share === null ? null : Math.max(0, share)
  }

  training(on: boolean, now: Milliseconds): void {
    if (on === (this.#since !== null)) return
    if (this.#since !== null) this.#before += now - this.#since
    this.#since = on ? now : null
  }

  compute(use: ComputeUse, processSeconds: number, now: Milliseconds): void {
    const more = use.busySeconds - this.#use.busySeconds
    this.#use = use
    if (this.#since !== null) {
      this.#reported = this.#before + now - this.#since
      this.#trained += more
    }
    this.#sample(processSeconds, now)
  }

  /** Every second or so. `idle`: the compute thread has nothing to do. */
  tick(processSeconds: number, idle: boolean, now: Milliseconds): void {
    const last = this.#overhead.lastAt
    const patience = idle ? 0 : Math.max(IDLE_MS, WINDOW_MS)
    if (last === null || now - last >= patience) this.#sample(processSeconds, now)
  }

  #sample(processSeconds: number, now: Milliseconds): void {
    const { busySeconds, cpuSeconds } = this.#use
    this.#overhead.add(processSeconds - (cpuSeconds ?? busySeconds), now)
  }
}
