import { writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { type Logger, pino } from 'pino'
import type { PeerConfig } from './config.ts'
import { LogSink, type Put } from './log-sink.ts'
import { prettyLine } from './pretty-lines.ts'

export type Log = Logger

type Level = PeerConfig['logLevel']
type Format = PeerConfig['logFormat']

const STDERR = 2

/** The terminal knows NO_COLOR and what it can show. */
const formatter = (format: Format): ((line: string) => string) => {
  if (format === 'json') return (line) => line
  const coloured = isatty(STDERR) && process.stderr.hasColors()
  return (line) => prettyLine(line, coloured)
}

/** As a line of pino's. */
const lost = (lines: number): string => {
  const time = new Date().toISOString()
  const msg = `${lines} lines of this log could not be written`
  return `${JSON.stringify({ level: pino.levels.values['warn'], time, pid: process.pid, msg })}\n`
}

/** Loggers with fields of their own have a level of their own, too: which each root has. */
const children = new WeakMap<Log, Array<WeakRef<Log>>>()

/**
 * On stderr, or where `put` puts it: JSON lines, or lines for people. What goes on which level:
 * docs/operating.md.
 */
export const createLog = (
  level: Level,
  format: Format = 'json',
  put: Put = (bytes, from) => writeSync(STDERR, bytes, from)
): Log => {
  const own: Array<WeakRef<Log>> = []
  const log: Log = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      onChild: (child) => {
        own.push(new WeakRef(child as Log))
      }
    },
    new LogSink(put, { format: formatter(format), lost })
  )
  children.set(log, own)
  return log
}

/** From now on, for this logger and those made of it. */
export const setLevel = (log: Log, level: Level): void => {
  log.level = level
  const own = children.get(log) ?? []
  const alive = own.filter((reference) => reference.deref() !== undefined)
  own.splice(0, own.length, ...alive)
  for (const reference of alive) reference.deref()!.level = level
}
