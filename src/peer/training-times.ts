import type { PeerConfig } from './config.ts'
import { parseSchedule, type Schedule } from './schedule.ts'

/** When this peer trains, by its operator's schedule. Asked anew and anew, it does not mind a clock that jumps. */
export class TrainingTimes {
  #schedule: Schedule | null
  #open: boolean

  constructor({ schedule }: Pick<PeerConfig, 'schedule'>, now: Date) {
    this.#schedule = schedule === null ? null : parseSchedule(schedule.train)
    this.#open = this.#schedule?.isOpen(now) ?? true
  }

  get open(): boolean {
    return this.#open
  }

  /** When that changes; null: never. */
  next(now: Date): Date | null {
    return this.#schedule?.nextChange(now) ?? null
  }

  reload({ schedule }: Pick<PeerConfig, 'schedule'>): void {
    this.#schedule = schedule === null ? null : parseSchedule(schedule.train)
  }

  /** Returns whether it has changed. */
  look(now: Date): boolean {
    const open = this.#schedule?.isOpen(now) ?? true
    const changed = open !== this.#open
    this.#open = open
    return changed
  }
}
