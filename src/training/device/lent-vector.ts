import { type Vector, zeros } from '../../vector/vector.ts'

/**
 * Memory for one vector that moves to another thread and comes back. A copy into it is the only one
 * on the way there, and after the first time nothing is allocated.
 */
export class LentVector {
  #memory: Vector | null = null

  /** A copy of `data` to be lent. */
  copyOf(data: Vector): Vector {
    const copy = this.memory(data.length)
    copy.set(data)
    return copy
  }

  /** Memory to be lent, whatever is in it. */
  memory(length: number): Vector {
    const memory = this.#memory?.length === length ? this.#memory : zeros(length)
    this.#memory = null
    return memory
  }

  giveBack(memory: Vector): void {
    this.#memory = memory
  }
}
