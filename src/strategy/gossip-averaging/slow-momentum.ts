import { z } from 'zod'
import type { Saved } from '../../vector/saved.ts'
import { checkNames, savedFloats } from '../../vector/saved-parts.ts'
import { type Vector, zeros } from '../../vector/vector.ts'
import { savedData } from '../saved-data.ts'

const dataSchema = z.strictObject({ anchored: z.boolean() })

/**
 * Slow momentum over rounds (SlowMo, Wang et al. 2020, Alg. 1, with the slow learning rate folded in):
 * u = beta u + (anchor - x); x = anchor - u, where x - anchor is all that the last round did to the
 * replica, local steps and mixing. Costs two vectors and no byte on the wire.
 */
export class SlowMomentum {
  readonly #beta: number
  readonly #momentum: Vector
  readonly #anchor: Vector
  #anchored = false

  constructor(beta: number, length: number) {
    this.#beta = beta
    this.#momentum = zeros(length)
    this.#anchor = zeros(length)
  }

  /** The replica has been replaced: what comes next is measured from there. */
  forget(): void {
    this.#anchored = false
    this.#momentum.fill(0)
  }

  /** Copies. */
  save(): Saved {
    const vectors = { momentum: this.#momentum.slice(), anchor: this.#anchor.slice() }
    return { vectors, data: { anchored: this.#anchored } }
  }

  /** Goes on from there. @throws RangeError for what something else has saved */
  restore(saved: Saved): void {
    const { anchored } = savedData(dataSchema, saved.data)
    checkNames(saved, ['momentum', 'anchor'])
    this.#momentum.set(savedFloats(saved, 'momentum', this.#momentum.length))
    this.#anchor.set(savedFloats(saved, 'anchor', this.#anchor.length))
    this.#anchored = anchored
  }

  /** Called at the start of every round, in place. */
  apply(x: Vector): void {
    const beta = this.#beta
    const u = this.#momentum
    const anchor = this.#anchor
    if (!this.#anchored) {
      anchor.set(x)
      this.#anchored = true
      return
    }
    for (let i = 0; i < x.length; i++) {
      const moved = Math.fround(beta * u[i]! + (anchor[i]! - x[i]!))
      const next = anchor[i]! - moved
      u[i] = moved
      x[i] = next
      anchor[i] = next
    }
  }
}
