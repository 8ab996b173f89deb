import type { Milliseconds } from '../strategy.ts'
import type { Spread } from './spread.ts'
import type { Stage } from './stage.ts'

/** Announcements in a round, at the most. */
const ANNOUNCEMENTS = 8
const MAX_ANNOUNCE_MS = 200
const TIMER = 'announce'

/** Tells the neighbours what is new: at once after a quiet while, else with what else comes soon. */
export class Announcer {
  readonly #stage: Stage
  readonly #spread: Spread
  #announcedAt = -Infinity
  #armed = false

  constructor(stage: Stage, spread: Spread) {
    this.#stage = stage
    this.#spread = spread
  }

  timeUp(name: string): void {
    if (name === TIMER) this.#armed = false
  }

  /** `roundMs`: what a round takes; null: it is not known yet. */
  proceed(roundMs: Milliseconds | null): void {
    if (!this.#spread.news || this.#armed) return
    const { now } = this.#stage
    const next = this.#announcedAt + Math.min(MAX_ANNOUNCE_MS, (roundMs ?? 0) / ANNOUNCEMENTS)
    if (now < next) {
      this.#armed = true
      this.#stage.timer(TIMER, next - now)
      return
    }
    this.#announcedAt = now
    this.#spread.announce()
  }
}
