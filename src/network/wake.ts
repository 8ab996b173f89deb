/** Wakes one waiter; a wake that comes while nobody waits is remembered. */
export class Wake {
  #due = false
  #resolve: (() => void) | null = null

  wake(): void {
    this.#due = this.#resolve === null
    this.#resolve?.()
    this.#resolve = null
  }

  async wait(): Promise<void> {
    if (!this.#due) {
      await new Promise<void>((resolve) => {
        this.#resolve = resolve
      })
    }
    this.#due = false
  }
}
