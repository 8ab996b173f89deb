import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import type { Progress } from '../../simulation/run-options.ts'
import { SWEEP_RUN } from '../sweep-channel.ts'

/** How a run's process ended, and the last that it said on stderr. */
export interface ChildEnding {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly lastLines: readonly string[]
}

export interface Child {
  readonly ended: Promise<ChildEnding>
  /** Asks it to end in good order. */
  stop(): void
  /** At once. */
  kill(): void
}

export interface ChildOptions {
  /** The program with all its arguments. */
  readonly command: readonly string[]
  /** Where its stderr goes. */
  readonly logFile: string
  readonly onProgress: (progress: Progress) => void
  /** Live runs are asked to end at once, as they have processes of their own to end; others are killed. */
  readonly live: boolean
}

const LAST_LINES = 5
const LAST_BYTES = 4096

const isProgress = (message: unknown): message is Progress => {
  const { stage, done } = (message ?? {}) as Partial<Progress>
  return typeof stage === 'string' && typeof done === 'number'
}

/**
 * Starts one run. It leads a process group of its own, so that a Ctrl-C at the terminal reaches the
 * sweep only; when the sweep dies, the broken channel ends it (sweep-channel.ts).
 */
export const startChild = ({ command, logFile, onProgress, live }: ChildOptions): Child => {
  const [program = process.execPath, ...args] = command
  const child: ChildProcess = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    detached: true,
    env: { ...process.env, [SWEEP_RUN]: '1' }
  })
  let last = ''
  const { stderr } = child
  if (stderr !== null) {
    // A log that cannot be written costs the log, and must not block the run.
    const log = createWriteStream(logFile).on('error', () => stderr.resume())
    stderr.pipe(log)
    stderr.on('data', (text: Buffer) => {
      last = (last + text.toString('latin1')).slice(-LAST_BYTES)
    })
  }
  child.on('message', (message) => {
    if (isProgress(message)) onProgress(message)
  })
  const ended = new Promise<ChildEnding>((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null, text: string): void =>
      resolve({ code, signal, lastLines: text.trimEnd().split('\n').slice(-LAST_LINES) })
    // A process that could not be started (no descriptors, no memory) has no streams either.
    child.once('error', (error) => end(1, null, error.message))
    child.once('close', (code, signal) =>
      end(code, signal, Buffer.from(last, 'latin1').toString('utf8'))
    )
  })
  return {
    ended,
    stop: () => void child.kill('SIGINT'),
    kill: () => {
      child.kill(live ? 'SIGTERM' : 'SIGKILL')
      if (child.connected) child.disconnect()
    }
  }
}
