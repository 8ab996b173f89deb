import { difference, sum, type Vector, zeros } from '../../vector/vector.ts'

/**
 * Error feedback for sums on their way (Seide et al. 2014): what a code loses of a bucket is added to
 * the same bucket of the next step. What this step has lost counts once the step is made: a step that is
 * made again begins with the same.
 */
export class Feedback {
  #lost: Vector
  #next: Vector
  readonly #scratch: Vector

  constructor(length: number) {
    this.#lost = zeros(length)
    this.#next = zeros(length)
    this.#scratch = zeros(length)
  }

  /** What to code there: the sum and what has been lost. A view that the next call overwrites. */
  with(values: Vector, from: number): Vector {
    const out = this.#scratch.subarray(0, values.length)
    sum(values, this.#lost.subarray(from, from + values.length), out)
    return out
  }

  /** `decoded`: what the others make of it. */
  note(wanted: Vector, decoded: Vector, from: number): void {
    difference(wanted, decoded, this.#next.subarray(from, from + wanted.length))
  }

  /** The step has been made. */
  stepped(): void {
    const lost = this.#lost
    this.#lost = this.#next
    this.#next = lost
  }

  /** The replica is another's. */
  forget(): void {
    this.#lost.fill(0)
  }

  save(): Vector {
    return this.#lost.slice()
  }

  restore(lost: Vector): void {
    this.#lost.set(lost)
  }
}
