import type { Milliseconds } from '../../strategy/strategy.ts'
import { ALARM_NAMES, ALARMS, type AlarmName } from './alarms.ts'
import type { Alarm } from './status.ts'

export type AlarmChange = 'raised' | 'cleared'

export type OnAlarm = (alarm: Alarm, change: AlarmChange) => void

interface Raised {
  readonly alarm: Alarm
  /** When it clears by itself. */
  readonly until: Milliseconds
}

/** The alarms that stand, the most important first. One that is raised again keeps its `since`. */
export class AlarmSet {
  readonly #raised = new Map<AlarmName, Raised>()
  readonly #onAlarm: OnAlarm

  constructor(onAlarm: OnAlarm) {
    this.#onAlarm = onAlarm
  }

  get standing(): readonly Alarm[] {
    const raised = ALARM_NAMES.map((name) => this.#raised.get(name))
    return raised.flatMap((entry) => (entry === undefined ? [] : [entry.alarm]))
  }

  has(name: AlarmName): boolean {
    return this.#raised.has(name)
  }

  /** `since`: ISO 8601. `until`: when it clears by itself, unless it is raised again before that. */
  raise(name: AlarmName, since: string, detail: string | null = null, until = Infinity): void {
    const { severity, text, remedy } = ALARMS[name]
    const standing = this.#raised.get(name)
    const alarm: Alarm = {
      name,
      severity,
      text: detail === null ? `${text}.` : `${text}: ${detail}.`,
      remedy: `${remedy}.`,
      since: standing?.alarm.since ?? since
    }
    this.#raised.set(name, { alarm, until })
    if (standing === undefined) this.#onAlarm(alarm, 'raised')
  }

  clear(name: AlarmName): void {
    const standing = this.#raised.get(name)
    if (standing === undefined) return
    this.#raised.delete(name)
    this.#onAlarm(standing.alarm, 'cleared')
  }

  /** Raised or cleared by what is the case now. */
  set(name: AlarmName, on: boolean, since: string, detail: string | null = null): void {
    if (on) this.raise(name, since, detail)
    else this.clear(name)
  }

  expire(now: Milliseconds): void {
    for (const [name, { until }] of this.#raised) if (until <= now) this.clear(name)
  }
}
