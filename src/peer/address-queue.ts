import type { Milliseconds } from '../strategy/strategy.ts'

/** Addresses as they are found, for whoever asks them in turn. */
export class AddressQueue {
  readonly #known: Set<string>
  readonly #found: string[] = []
  #waiting: string[] = []
  readonly #sleepers = new Set<() => void>()

  /** `known`: those that are asked anyway. */
  constructor(known: readonly string[]) {
    this.#known = new Set(known)
  }

  /** None has ever been found. */
  get isEmpty(): boolean {
    return this.#found.length === 0
  }

  add(address: string): void {
    if (this.#known.has(address)) return
    this.#known.add(address)
    this.#found.push(address)
    this.#waiting.push(address)
    for (const wake of this.#sleepers) wake()
  }

  /** All that have been found are to be asked once more. */
  again(): void {
    this.#waiting = [...this.#found]
  }

  /** Those that nobody has taken yet, waiting for the first where there are none; empty: in vain. */
  async take(wait: Milliseconds, signal: AbortSignal): Promise<readonly string[]> {
    if (this.#waiting.length === 0 && wait > 0 && !signal.aborted) await this.#first(wait, signal)
    return signal.aborted ? [] : this.#waiting.splice(0)
  }

  async #first(wait: Milliseconds, signal: AbortSignal): Promise<void> {
    const { promise, resolve: wake } = Promise.withResolvers<void>()
    const timer = setTimeout(wake, wait)
    const onAbort = (): void => wake()
    signal.addEventListener('abort', onAbort)
    this.#sleepers.add(wake)
    await promise
    this.#sleepers.delete(wake)
    signal.removeEventListener('abort', onAbort)
    clearTimeout(timer)
  }
}
