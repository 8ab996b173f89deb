import type { Clock } from '../../src/network/turns.ts'

/** Time that passes only where somebody waits for it, and then at once. */
export class LeapingClock implements Clock {
  #now = 0

  now(): number {
    return this.#now
  }

  after(delay: number, run: () => void): void {
    setImmediate(() => {
      this.#now += delay
      run()
    })
  }
}
