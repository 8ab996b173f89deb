import type { Vector } from '../vector/vector.ts'

/**
 * Consensus distance of replicas that come one by one, without keeping them: sums of differences to the
 * first of them, in float64, which is exact enough however close the replicas are to each other.
 */
export class RoundSpread {
  readonly #reference: Vector
  /** Sum over the replicas of x - reference. // [parameters] */
  readonly #sum: Float64Array<ArrayBuffer>
  /** Sum over the replicas of |x - reference|^2. */
  #squares = 0
  #count = 0

  constructor(first: Vector) {
    this.#reference = first.slice()
    this.#sum = new Float64Array(first.length)
  }

  get count(): number {
    return this.#count
  }

  add(replica: Vector): void {
    const reference = this.#reference
    const sum = this.#sum
    let squares = 0
    for (let i = 0; i < sum.length; i++) {
      const difference = replica[i]! - reference[i]!
      sum[i] = sum[i]! + difference
      squares += difference * difference
    }
    this.#squares += squares
    this.#count++
  }

  /** sqrt(mean |x - mean|^2), as it is and over the norm of the mean (as it is where that is zero). */
  distance(): { readonly absolute: number; readonly relative: number } {
    const n = this.#count
    let shift = 0
    let norm = 0
    for (let i = 0; i < this.#sum.length; i++) {
      const offset = this.#sum[i]! / n
      shift += offset * offset
      norm += (this.#reference[i]! + offset) ** 2
    }
    const absolute = Math.sqrt(Math.max(0, this.#squares / n - shift))
    return { absolute, relative: norm === 0 ? absolute : absolute / Math.sqrt(norm) }
  }
}
