import { InvalidInputError, type Problem } from '../errors.ts'

/**
 * Times of day, by the clock on the wall. An hour that a change of clocks leaves out is no time of that
 * day, and one that comes twice counts twice: a schedule of 02:00-03:00 is open for none or two.
 */
export interface Schedule {
  isOpen(date: Date): boolean
  /** The first whole minute after `date` at which isOpen is another; null: it never will be. */
  nextChange(date: Date): Date | null
}

/** Minutes since midnight; `to` may lie before `from`, and is not part of it. */
interface Interval {
  readonly from: number
  readonly to: number
}

const PATTERN = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/
const MINUTE = 60_000
/** Within three days everything has been open and closed that ever will be, left-out hours included. */
const HORIZON = 3 * 24 * 60

const EXAMPLE = 'give local times such as 22:00-07:00'

const parseInterval = (text: string, index: number): Interval | Problem => {
  const path = `schedule.train[${index}]`
  const parts = PATTERN.exec(text)
  if (parts === null) return { path, rule: `is no HH:MM-HH:MM: ${text}`, remedy: EXAMPLE }
  const [fromHour, fromMinute, toHour, toMinute] = parts.slice(1).map(Number)
  const from = fromHour! * 60 + fromMinute!
  const to = toHour! * 60 + toMinute!
  if (from !== to) return { from, to }
  const rule = `begins when it ends: ${text}`
  return { path, rule, remedy: `leave the schedule out to train all day, or ${EXAMPLE}` }
}

const contains = ({ from, to }: Interval, minute: number): boolean =>
  from < to ? minute >= from && minute < to : minute >= from || minute < to

/**
 * Intervals such as 22:00-07:00, of which any may be open.
 *
 * @throws InvalidInputError for what is none.
 */
export const parseSchedule = (train: readonly string[]): Schedule => {
  const parsed = train.map(parseInterval)
  const problems = parsed.filter((item) => 'rule' in item)
  if (train.length === 0) {
    const remedy = 'leave the schedule out to train all day'
    problems.push({ path: 'schedule.train', rule: 'must name a time', remedy })
  }
  if (problems.length > 0) throw new InvalidInputError(problems)
  const intervals = parsed.filter((item) => 'from' in item)
  const isOpen = (date: Date): boolean => {
    const minute = date.getHours() * 60 + date.getMinutes()
    return intervals.some((interval) => contains(interval, minute))
  }
  return {
    isOpen,
    nextChange: (date) => {
      const open = isOpen(date)
      const first = Math.floor(date.getTime() / MINUTE) + 1
      for (let minute = first; minute < first + HORIZON; minute++) {
        const then = new Date(minute * MINUTE)
        if (isOpen(then) !== open) return then
      }
      return null
    }
  }
}
