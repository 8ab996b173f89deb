import type { Milliseconds } from '../strategy.ts'
import type { Stage } from './stage.ts'

/** How much a new measurement counts. */
const SMOOTHING = 0.3

/** The own gradient of the step that comes next: asked for once, however often the step is begun. */
export class Gradient {
  readonly #stage: Stage
  #state: 'none' | 'asked' | 'there' = 'none'
  #weight = 0
  #batches = 0
  #since: Milliseconds = 0
  /** Jobs whose results are of no use any more. */
  #stale = 0
  #pace = 0
  #told = Number.NaN

  constructor(stage: Stage) {
    this.#stage = stage
  }

  /** Milliseconds for a batch; 0: not known. */
  get pace(): number {
    return this.#pace
  }

  /** Examples that it counts for; null: it is not there yet. */
  get weight(): number | null {
    return this.#state === 'there' ? this.#weight : null
  }

  ask(batches: number, mean: number, at: number): void {
    if (this.#state !== 'none') return
    this.#state = 'asked'
    this.#batches = batches
    this.#since = this.#stage.now
    this.#stage.compute({ kind: 'gradient', batches, mean, at })
  }

  trained(weight: number): void {
    if (this.#stale > 0) {
      this.#stale--
      return
    }
    this.#state = 'there'
    this.#weight = weight
    if (this.#batches === 0) return
    const taken = (this.#stage.now - this.#since) / this.#batches
    this.#pace = this.#pace === 0 ? taken : this.#pace + SMOOTHING * (taken - this.#pace)
  }

  /** It is in a sum that counts for so many examples. */
  used(examples: number): void {
    const weight = examples > 0 ? this.#weight / examples : 0
    if (weight !== this.#told) this.#stage.emit({ type: 'chosen', values: { weight } })
    this.#told = weight
    this.forget()
  }

  /** It is of no use any more, or the replica is another one. */
  forget(): void {
    if (this.#state === 'asked') this.#stale++
    this.#state = 'none'
  }
}
