import { InvalidInputError, type Problem } from '../errors.ts'

/** Collects the problems of several checks, so that all are told at once, and each once. */
export class Gathered {
  readonly #problems: Problem[] = []

  add(problems: readonly Problem[]): void {
    for (const problem of problems) {
      const { path, rule } = problem
      const isTold = this.#problems.some((told) => told.path === path && told.rule === rule)
      if (!isTold) this.#problems.push(problem)
    }
  }

  /** What the check returns; null when it found problems, which are kept. */
  async from<T>(check: () => T | Promise<T>): Promise<T | null> {
    try {
      return await check()
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error
      this.add(error.problems)
      return null
    }
  }

  get empty(): boolean {
    return this.#problems.length === 0
  }

  toError(): InvalidInputError {
    return new InvalidInputError(this.#problems)
  }
}
