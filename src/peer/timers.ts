import type { Milliseconds } from '../strategy/strategy.ts'

/** Named timers of which the latest arming counts; none of them keeps the process alive. */
export class Timers {
  readonly #armed = new Map<string, NodeJS.Timeout>()
  readonly #repeating: NodeJS.Timeout[] = []

  arm(name: string, after: Milliseconds, run: () => void): void {
    clearTimeout(this.#armed.get(name))
    const timer = setTimeout(() => {
      this.#armed.delete(name)
      run()
    }, after)
    this.#armed.set(name, timer.unref())
  }

  every(interval: Milliseconds, run: () => void): void {
    this.#repeating.push(setInterval(run, interval).unref())
  }

  clear(): void {
    for (const timer of this.#armed.values()) clearTimeout(timer)
    for (const timer of this.#repeating) clearInterval(timer)
    this.#armed.clear()
  }
}
