import type { BaselineName } from '../../storage/results.ts'

/** Baselines train at the same time and are shown one after the other, in the order given. */
export class Stages {
  readonly #left: BaselineName[]
  readonly #done = new Map<BaselineName, number>()
  readonly #show: (stage: string, done: number) => void

  constructor(names: readonly BaselineName[], show: (stage: string, done: number) => void) {
    this.#left = [...names]
    this.#show = show
  }

  /** `done`: 0..1; 1 ends the stage. */
  report(name: BaselineName, done: number): void {
    this.#done.set(name, done)
    if (name !== this.#left[0]) return
    this.#show(name, done)
    if (done < 1) return
    this.#left.shift()
    const next = this.#left[0]
    if (next !== undefined) this.report(next, this.#done.get(next) ?? 0)
  }
}
