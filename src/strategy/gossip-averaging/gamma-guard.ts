/**
 * Halves the consensus step when an edge's copies stop following the replica. With sparse codes a
 * step that is too large makes |x - xhat| grow geometrically; training alone makes it
 * grow too, but only by a bounded factor: slow momentum multiplies a round's movement by at most
 * 1 / (1 - beta), ten for 0.9. Both ends apply the larger of their shifts, so the mean stays.
 */

/** Growth over the smallest residual seen before the first halving. */
const FIRST_GROWTH = 16
/** Growth after a halving that did not help before the next one. */
const NEXT_GROWTH = 4
/** The growth must be unbroken for this many exchanges. */
const STREAK = 4
/** gamma / 2^12 moves nothing: a larger shift would only hide a broken edge. */
const MAX_SHIFT = 12

export class GammaGuard {
  #shift: number
  #smallest = Number.POSITIVE_INFINITY
  #last = 0
  #streak = 0
  #tolerated = FIRST_GROWTH

  constructor(shift: number) {
    this.#shift = shift
  }

  get shift(): number {
    return this.#shift
  }

  /** `residual`: |x - xhat| before the exchange is coded. Once per exchange, from the second on. */
  observe(residual: number): void {
    this.#streak = residual > this.#last ? this.#streak + 1 : 0
    this.#last = residual
    this.#smallest = Math.min(this.#smallest, residual)
    if (this.#streak < STREAK || residual <= this.#tolerated * this.#smallest) return
    this.#shift = Math.min(MAX_SHIFT, this.#shift + 1)
    this.#smallest = residual
    this.#tolerated = NEXT_GROWTH
    this.#streak = 0
  }
}
