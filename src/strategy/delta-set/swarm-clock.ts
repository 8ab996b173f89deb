import type { HeldDeltas } from './held-deltas.ts'

export interface SwarmClockOptions {
  /** Rows that the swarm's local steps see in all, and those that one step of every planned peer sees. */
  readonly samples: number
  readonly samplesPerStep: number
  /** Local steps of a usual round. */
  readonly bounds: { readonly localSteps: number }
}

/** How far the swarm is: by the rows that the replica's deltas have seen (decision 0013). */
export class SwarmClock {
  readonly #options: SwarmClockOptions
  readonly #held: HeldDeltas

  constructor(options: SwarmClockOptions, held: HeldDeltas) {
    this.#options = options
    this.#held = held
  }

  /** Local steps of each planned peer that the replica holds, on average. */
  get steps(): number {
    return this.#held.samples / this.#options.samplesPerStep
  }

  get round(): number {
    return Math.floor(this.steps / this.#options.bounds.localSteps)
  }

  /** True until so many usual rounds are over. */
  before(rounds: number): boolean {
    return this.steps < rounds * this.#options.bounds.localSteps
  }

  /** The share of the run that is over, 0 to 1. */
  get done(): number {
    return Math.min(1, this.#held.samples / this.#options.samples)
  }

  get complete(): boolean {
    return this.#held.samples >= this.#options.samples
  }
}
