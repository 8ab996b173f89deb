/** When a checkpoint is taken, and what has become of it: one at a time, and no step waits for it. */
import type { Saved } from '../../vector/saved.ts'
import type { Milliseconds } from '../strategy.ts'
import type { Mark } from './mark.ts'
import type { Stage } from './stage.ts'

/** Steps between two where time sets no bound. */
const STEPS = 16

export class Checkpoints {
  readonly #stage: Stage
  readonly #every: Milliseconds
  #steps = 0
  #at: Milliseconds = 0
  /** Of the one that is being copied. */
  #copying: Mark | null = null
  #writing = false

  /** `every`: least time between two that are due; 0: by steps alone. */
  constructor(stage: Stage, every: Milliseconds) {
    this.#stage = stage
    this.#every = every
  }

  get busy(): boolean {
    return this.#copying !== null || this.#writing
  }

  begin(): void {
    this.#at = this.#stage.now
  }

  /** A step has been made, and its job been issued. */
  stepped(mark: Mark): void {
    this.#steps++
    const { now } = this.#stage
    const due = this.#every > 0 ? now >= this.#at + this.#every : this.#steps >= STEPS
    if (due && !this.busy) this.take(mark)
  }

  take(mark: Mark): void {
    this.#steps = 0
    this.#at = this.#stage.now
    this.#copying = mark
    this.#stage.compute({ kind: 'checkpoint' })
  }

  copied(compute: Saved): void {
    const mark = this.#copying
    this.#copying = null
    if (mark === null) return
    this.#writing = true
    const record = { kind: 'checkpoint', round: mark.step, mark, compute } as const
    this.#stage.emit({ type: 'checkpoint', record })
  }

  /** Kept or not: the next one comes when it is due. */
  concluded(): void {
    this.#writing = false
  }
}
