/** Hands over what promises bring in the order in which they were added, whichever is there first. */
export class InOrder {
  readonly #failed: (error: Error) => void
  #last: Promise<void> = Promise.resolve()

  /** `failed`: with the first error; nothing is handed over any more. */
  constructor(failed: (error: Error) => void) {
    this.#failed = failed
    this.#last.catch(() => {})
  }

  add<T>(coming: Promise<T>, hand: (value: T) => void): void {
    const before = this.#last
    this.#last = Promise.all([coming, before]).then(([value]) => hand(value))
    this.#last.catch((error: Error) => this.#failed(error))
  }
}
