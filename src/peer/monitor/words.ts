/** Figures and counted things as people read them. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** Two digits, in units of 1000: 12 kB, 1.2 MB. */
export const bytesInWords = (bytes: number): string => {
  let value = Math.max(0, bytes)
  let unit = 0
  // What would be rounded to 1000 has the next unit.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0
  return `${value.toFixed(digits)} ${UNITS[unit]}`
}

/** 1 neighbour, 4 neighbours. */
export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`

/** 40 seconds, 7 minutes, 3 hours, 2 days. */
export const timeInWords = (seconds: number): string => {
  if (seconds < 90) return counted(Math.round(seconds), 'second')
  if (seconds < 90 * 60) return counted(Math.round(seconds / 60), 'minute')
  if (seconds < 36 * 3600) return counted(Math.round(seconds / 3600), 'hour')
  return counted(Math.round(seconds / 86_400), 'day')
}

/** Local time, as the schedule has it: 22:00. */
export const timeOfDay = (iso: string): string => {
  const date = new Date(iso)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}`
}

/** The first letter small, no full stop: for the middle of a sentence. */
export const asClause = (sentence: string): string =>
  `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`.replace(/\.$/, '')
