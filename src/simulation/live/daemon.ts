import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { type RoundRecord, roundRecordSchema } from '../../storage/round-record.ts'

/** How a daemon's process ended. */
export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Daemon {
  readonly ended: Promise<Ending>
  /** Asks it to part from its neighbours and finish. */
  stop(): void
  kill(): void
}

export interface DaemonOptions {
  /** The program and its first arguments; `peer --config FILE --json` follows. */
  readonly command: readonly string[]
  readonly configFile: string
  /** Where its log lines go. */
  readonly logFile: string
  readonly onRecord: (record: RoundRecord) => void
}

/**
 * Starts one `swarmgrad peer`. It leads a process group of its own, so that a Ctrl-C at the terminal
 * reaches the launcher only; when the launcher dies, its broken stdout ends it.
 */
export const startDaemon = ({ command, configFile, logFile, onRecord }: DaemonOptions): Daemon => {
  const [program = process.execPath, ...first] = command
  const child: ChildProcess = spawn(program, [...first, 'peer', '--config', configFile, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true
  })
  child.stderr?.pipe(createWriteStream(logFile))
  const lines = createInterface({ input: child.stdout! })
  lines.on('line', (line) => {
    const record = roundRecordSchema.safeParse(parseLine(line))
    if (record.success) onRecord(record.data)
  })
  const ended = new Promise<Ending>((resolve) => {
    child.once('error', () => resolve({ code: 1, signal: null }))
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  return {
    ended,
    stop: () => void child.kill('SIGTERM'),
    kill: () => void child.kill('SIGKILL')
  }
}

const parseLine = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
