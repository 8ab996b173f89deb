/**
 * A client's control variate of SCAFFOLD (Karimireddy et al. 2020, Alg. 1, option II). What c_i goes up by
 * is what the client has sent of it, so that c stays the mean of all c_i whatever a code loses; and it does
 * so only once the update has been counted.
 */
import { type Vector, zeros } from '../../vector/vector.ts'

export class ControlVariate {
  /** c_i */
  readonly own: Vector
  /** c - c_i, added to every gradient. */
  readonly correction: Vector
  /** c_i+, where it has been sent and nobody has said yet whether it counts. */
  #next: Vector | null = null

  constructor(length: number) {
    this.own = zeros(length)
    this.correction = zeros(length)
  }

  get next(): Vector | null {
    return this.#next
  }

  /**
   * c_i - c_i+ = c - (x - y) / sum of the rates. `moved`: x - y. // [parameters]
   */
  fall(moved: Vector, common: Vector, rates: number, into: Vector): void {
    for (let i = 0; i < into.length; i++) into[i] = common[i]! - moved[i]! / rates
  }

  /** So much of the fall has gone out. */
  sent(fall: Vector): void {
    const next = zeros(fall.length)
    for (let i = 0; i < next.length; i++) next[i] = this.own[i]! - fall[i]!
    this.#next = next
  }

  /** The last one that was sent is counted, or never will be. */
  decide(counted: boolean): void {
    if (counted && this.#next !== null) this.own.set(this.#next)
    this.#next = null
  }

  /** The swarm's c is this one. */
  follow(common: Vector): void {
    for (let i = 0; i < common.length; i++) this.correction[i] = common[i]! - this.own[i]!
  }

  restore(own: Vector, next: Vector | null, common: Vector): void {
    this.own.set(own)
    this.#next = next?.slice() ?? null
    this.follow(common)
  }
}
