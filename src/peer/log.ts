import { type Logger, pino } from 'pino'
import type { PeerConfig } from './config.ts'

export type Log = Logger

const STDERR = 2

/** JSON lines on stderr. */
export const createLog = (level: PeerConfig['logLevel']): Log =>
  pino(
    { level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination(STDERR)
  )
