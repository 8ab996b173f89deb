import type { Milliseconds } from '../../strategy/strategy.ts'

/** What the wall clock may go wrong between two looks. */
const TOLERATED: Milliseconds = 5_000

/** Compares the wall clock with one that only goes forward. */
export class ClockWatch {
  #offset: Milliseconds | null = null

  /** How far the wall clock has jumped since the last look, if that is too far; else null. */
  look(wall: Milliseconds, now: Milliseconds): Milliseconds | null {
    const offset = wall - now
    const jump = this.#offset === null ? 0 : offset - this.#offset
    this.#offset = offset
    return Math.abs(jump) > TOLERATED ? jump : null
  }
}
