import type { Milliseconds } from '../strategy.ts'
import type { Stage } from './stage.ts'

/** How much a new measurement counts. */
const SMOOTHING = 0.3

/** The own gradient of the step that comes next: asked for once, however often the step is begun. */
export class Gradient {
  readonly #stage: Stage
  #state: 'none' | 'asked' | 'there' = 'none'
  #samples = 0
  #batches = 0
  #since: Milliseconds = 0
  /** Jobs whose results are of no use any more. */
  #stale = 0
  #pace = 0

  constructor(stage: Stage) {
    this.#stage = stage
  }

  /** Milliseconds for a batch; 0: not known. */
  get pace(): number {
    return this.#pace
  }

  /** What it counts for; null: it is not there yet. */
  get samples(): number | null {
    return this.#state === 'there' ? this.#samples : null
  }

  ask(batches: number, mean: number, at: number): void {
    if (this.#state !== 'none') return
    this.#state = 'asked'
    this.#batches = batches
    this.#since = this.#stage.now
    this.#stage.compute({ kind: 'gradient', batches, mean, at })
  }

  trained(samples: number): void {
    if (this.#stale > 0) {
      this.#stale--
      return
    }
    this.#state = 'there'
    this.#samples = samples
    if (this.#batches === 0) return
    const taken = (this.#stage.now - this.#since) / this.#batches
    this.#pace = this.#pace === 0 ? taken : this.#pace + SMOOTHING * (taken - this.#pace)
  }

  /** It has been used, or the replica is another one. */
  forget(): void {
    if (this.#state === 'asked') this.#stale++
    this.#state = 'none'
  }
}
