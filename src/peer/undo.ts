/** What has to be taken down again, the latest first. */
export class Undo {
  readonly #steps: Array<() => unknown> = []

  add(step: () => unknown): void {
    this.#steps.push(step)
  }

  /** Every step, once; the first error is thrown when all have been tried. */
  async all(): Promise<void> {
    const errors: unknown[] = []
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
}
