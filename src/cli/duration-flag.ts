import { InvalidInputError } from '../errors.ts'

const SECOND = 1000
const UNITS: Readonly<Record<string, number>> = {
  s: SECOND,
  m: 60 * SECOND,
  h: 3600 * SECOND,
  d: 86_400 * SECOND,
  w: 7 * 86_400 * SECOND
}

/** Milliseconds in `30m`, `12h`, `7d`; null for `never`. @throws InvalidInputError */
export const durationFlag = (text: string, flag: string): number | null => {
  if (text === 'never') return null
  const [, count = '', unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? []
  if (Number(count) > 0) return Number(count) * UNITS[unit]!
  const rule = `must be a number and one of s, m, h, d, w, or never; is '${text}'`
  throw new InvalidInputError([{ path: flag, rule, remedy: `write it like ${flag} 7d` }])
}
