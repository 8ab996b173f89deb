/**
 * SCAFFOLD's correction (Karimireddy et al. 2020, Alg. 1) without a byte more, because every peer
 * hears every delta: c - c_i, with c the mean over the origins of the gradients that their deltas sum
 * up, and c_i the own share of it. One vector is enough, since c and c_i forget alike. c_i is made of
 * what was sent, not of raw gradients, so that over all peers the corrections sum to zero.
 */
import { type Vector, zeros } from '../../vector/vector.ts'
import { UNIT } from './fixed-point.ts'
import type { Application } from './kinds.ts'

/** Share of a round that is kept in the next. */
const MEMORY = 0.9

interface Coded {
  readonly count: number
  readonly indices: Int32Array
  readonly values: Int32Array
}

export class ControlVariate {
  /** What is added to every gradient. // [parameters] */
  readonly correction: Vector
  readonly #gain: number
  readonly #momentum: number

  /**
   * `strength`: SCAFFOLD's is 1. `momentum`: of the local optimiser, which makes steps 1 / (1 - momentum)
   * as long as their gradients.
   */
  constructor(length: number, strength: number, momentum: number) {
    this.correction = zeros(length)
    this.#gain = strength
    this.#momentum = momentum
  }

  /** Another own round. */
  forget(): void {
    const { correction } = this
    for (let i = 0; i < correction.length; i++) correction[i] = MEMORY * correction[i]!
  }

  /** `rate`: the learning rate of the steps. */
  add({ count, indices, values }: Coded, delta: Application, rate: number): void {
    if (delta.steps === 0) return
    const { correction } = this
    const toGradient = (1 - this.#momentum) / (delta.steps * rate)
    const share = 1 / delta.origins - (delta.own ? 1 : 0)
    const scale = (this.#gain * (1 - MEMORY) * toGradient * share * UNIT) / delta.weight
    for (let j = 0; j < count; j++) {
      const i = indices[j]!
      correction[i] = correction[i]! + scale * values[j]!
    }
  }
}
