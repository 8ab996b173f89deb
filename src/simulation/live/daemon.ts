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
    detached: true,
    // glibc keeps freed memory for each of a process's dozen threads otherwise: 10 MB a peer.
    env: { MALLOC_ARENA_MAX: '2', ...process.env }
  })
  const ended = new Promise<Ending>((resolve) => {
    // A process that could not be started (no descriptors, no memory) has no streams either.
    child.once('error', () => resolve({ code: 1, signal: null }))
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  const { stdout, stderr } = child
  if (stderr !== null) {
    // A log that cannot be written costs the log, and must not block the peer.
    const log = createWriteStream(logFile).on('error', () => stderr.resume())
    stderr.pipe(log)
  }
  if (stdout !== null) {
    createInterface({ input: stdout }).on('line', (line) => {
      const record = roundRecordSchema.safeParse(parseLine(line))
      if (record.success) onRecord(record.data)
    })
  }
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
