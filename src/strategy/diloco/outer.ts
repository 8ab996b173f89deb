import type { Compressor } from '../../compression/compressor.ts'
import { type Vector, zeros } from '../../vector/vector.ts'
import type { Part } from './kinds.ts'

/**
 * The outer optimiser: SGD with Nesterov momentum in PyTorch's form, over the mean of the pseudo-gradients
 * (Douillard et al. 2023, Alg. 1, lines 12 and 14):
 *
 * D = sum_i w_i D_i / sum_i w_i; v = mu v + D; theta -= rate (D + mu v)
 *
 * Sums are float64 in the order of the parts, so whoever has the same parts has the same bits.
 */
export class Outer {
  /** theta: what local steps begin from. // [parameters] */
  readonly theta: Vector
  /** v // [parameters] */
  readonly momentum: Vector
  readonly #rate: number
  readonly #mu: number
  readonly #sum: Float64Array<ArrayBuffer>
  readonly #decoded: Vector

  constructor(theta: Vector, rate: number, mu: number) {
    this.theta = theta.slice()
    this.momentum = zeros(theta.length)
    this.#rate = rate
    this.#mu = mu
    this.#sum = new Float64Array(theta.length)
    this.#decoded = zeros(theta.length)
  }

  step(parts: ReadonlyArray<Pick<Part, 'weight' | 'bytes'>>, code: Compressor): void {
    const { theta, momentum } = this
    const sum = this.#sum.fill(0)
    const decoded = this.#decoded
    let total = 0
    for (const { weight, bytes } of parts) {
      code.addDecoded(bytes, decoded.fill(0))
      for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + weight * decoded[i]!
      total += weight
    }
    for (let i = 0; i < theta.length; i++) {
      const mean = sum[i]! / total
      const moved = Math.fround(this.#mu * momentum[i]! + mean)
      momentum[i] = moved
      theta[i] = theta[i]! - this.#rate * (mean + this.#mu * moved)
    }
  }
}
