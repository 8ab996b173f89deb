import { Stage as StageOf } from '../stage.ts'
import type { Milliseconds } from '../strategy.ts'
import type { Job, RingKinds } from './kinds.ts'

/** Knows how long jobs take, too. */
export class Stage extends StageOf<RingKinds> {
  /** When the jobs were issued whose results have not come: those come in the same order. */
  readonly #jobs: Milliseconds[] = []

  /** How long the oldest job has been waited for; 0: there is none. */
  get busy(): Milliseconds {
    const [oldest] = this.#jobs
    return oldest === undefined ? 0 : this.now - oldest
  }

  computed(): void {
    this.#jobs.shift()
  }

  override compute(job: Job): void {
    this.#jobs.push(this.now)
    super.compute(job)
  }
}
