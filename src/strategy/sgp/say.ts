import type { Trainer } from '../strategy.ts'
import { type Weighting, Worth } from '../weighting.ts'
import type { Mass } from './mass.ts'
import { MASS_ONE } from './sums.ts'

/** A peer of which so much more is to be thought than of others moves its replica that much further. */
const MOST = 4

/**
 * What a peer's steps count for, over what all peers' count for on average. The average is itself found
 * by push-sum: what each counts for travels with its mass, and changes of it are added where they arise
 * (dynamic average consensus; Zhu & Martinez 2010).
 */
export class Say {
  readonly worth: Worth
  readonly #mass: Mass
  readonly #isUniform: boolean
  /** Whole units of worth in 1: rows are large numbers, and the sum of all has to stay below 2^47. */
  readonly #unit: number
  /** What of this peer's own worth is in the mass. */
  #told = 0

  constructor(weighting: Weighting, trainer: Trainer, mass: Mass) {
    this.worth = new Worth(weighting, trainer)
    this.#mass = mass
    this.#isUniform = weighting === 'uniform'
    this.#unit = weighting === 'samples' ? 2 ** 12 : MASS_ONE
  }

  get told(): number {
    return this.#told
  }

  restore(told: number): void {
    this.#told = told
  }

  /** It has no mass any more, so nothing of its own is in it. */
  forget(): void {
    this.#told = 0
  }

  /** `late`: rounds that this peer is behind. */
  now(late: number): number {
    if (this.#isUniform) return 1
    const mass = this.#mass
    const own = this.worth.now(late)
    mass.worth += Math.round(mass.share * (own - this.#told) * this.#unit)
    this.#told = own
    const mean = mass.worth / this.#unit / mass.share
    return mean > 0 ? Math.min(MOST, own / mean) : 1
  }
}
