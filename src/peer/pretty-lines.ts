import { styleText } from 'node:util'

type Colour = 'dim' | 'green' | 'yellow' | 'red'

const LEVELS: Readonly<Record<number, readonly [name: string, colour: Colour]>> = {
  10: ['TRACE', 'dim'],
  20: ['DEBUG', 'dim'],
  30: ['INFO ', 'green'],
  40: ['WARN ', 'yellow'],
  50: ['ERROR', 'red'],
  60: ['FATAL', 'red']
}

/** Others than tab and newline would let a neighbour's words move the cursor. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it is about
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

const clean = (text: string): string => text.replace(CONTROL, '?')

const shown = (value: unknown): string => {
  if (typeof value === 'string') return /^[\w./:+-]+$/.test(value) ? value : JSON.stringify(value)
  return JSON.stringify(value)
}

/** Local time of day, milliseconds included; what is no time stays as it is. */
const clock = (time: unknown): string => {
  const date = new Date(typeof time === 'number' ? time : String(time))
  if (Number.isNaN(date.getTime())) return String(time)
  const two = (value: number, digits = 2): string => String(value).padStart(digits, '0')
  const {
    0: hours,
    1: minutes,
    2: seconds
  } = [date.getHours(), date.getMinutes(), date.getSeconds()]
  return `${two(hours!)}:${two(minutes!)}:${two(seconds!)}.${two(date.getMilliseconds(), 3)}`
}

/** What an error has said, beside its message. */
interface Thrown {
  readonly message?: unknown
  readonly stack?: unknown
}

const paint = (coloured: boolean, colour: Colour, text: string): string =>
  coloured ? styleText(colour, text, { validateStream: false }) : text

/**
 * A line of pino's for people: 14:03:07.120 INFO  round completed  round=12 loss=0.31. What is no JSON
 * object stays as it is.
 */
export const prettyLine = (line: string, coloured: boolean): string => {
  let entry: Record<string, unknown>
  try {
    entry = JSON.parse(line)
  } catch {
    return `${clean(line.trimEnd())}\n`
  }
  const { level, time, pid: _, msg = '', err, ...fields } = entry
  const [name, colour] = LEVELS[Number(level)] ?? [String(level), 'dim']
  const parts = Object.entries(fields).map(([key, value]) => clean(`${key}=${shown(value)}`))
  const { message, stack } = (err ?? {}) as Thrown
  const thrown = stack === undefined && message === undefined ? '' : `\n${stack ?? message}`
  const rest = parts.length === 0 ? '' : `  ${paint(coloured, 'dim', parts.join(' '))}`
  const when = paint(coloured, 'dim', clean(clock(time)))
  const how = paint(coloured, colour, clean(name))
  return `${when} ${how} ${clean(String(msg))}${rest}${clean(thrown)}\n`
}
