/** Whether a step stands still: its patience is learned from how long steps take. */
import { Pace, type PaceLimits } from '../pace.ts'
import type { Milliseconds } from '../strategy.ts'
import type { Stage } from './stage.ts'

export class Stall {
  readonly #stage: Stage
  readonly #floor: Milliseconds
  readonly #pace: Pace
  /** When something last went on, and the step began. */
  #movedAt: Milliseconds = 0
  #beganAt: Milliseconds = 0

  constructor(stage: Stage, deadline: PaceLimits) {
    this.#stage = stage
    this.#floor = deadline.floor
    this.#pace = new Pace(deadline)
  }

  get patience(): Milliseconds {
    return this.#pace.deadline(['step'])
  }

  began(): void {
    this.#beganAt = this.#stage.now
    this.#stage.timer('stall', this.patience)
  }

  /** A result of this peer's own counts, too. */
  moved(): void {
    this.#movedAt = this.#stage.now
  }

  stepped(): void {
    this.#pace.observe('step', this.#stage.now - this.#beganAt)
  }

  /** The timer is up. True: nothing has come for too long, and not because this peer is at work itself. */
  isStill(): boolean {
    const { now, busy } = this.#stage
    const until = Math.max(this.#movedAt, this.#beganAt) + this.patience
    if (busy === 0 && now >= until) return true
    this.#stage.timer('stall', Math.max(this.#floor, until - now))
    return false
  }
}
