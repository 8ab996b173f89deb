import { type ChildProcess, fork } from 'node:child_process'
import { workerEntry } from '../../worker-entry.ts'
import type { TrialReport, TrialTask } from './trial-messages.ts'

/** A CUDA driver may compile its kernels at the first use, which takes minutes. */
const PATIENCE = 300_000 // milliseconds

/** Of what a process says before it ends without a report, kept for the reason. */
const MOST_TEXT = 10_000

/** The last line that says something. */
const lastLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .at(-1) ?? ''

const lastWords = (code: number | null, signal: NodeJS.Signals | null, printed: string): string => {
  const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`
  const words = lastLine(printed)
  return `its process ${how}${words === '' ? '' : `: ${words}`}`
}

const start = (task: TrialTask, patience: number): ChildProcess =>
  fork(workerEntry('./trial-process', import.meta.url), [JSON.stringify(task)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    timeout: patience,
    killSignal: 'SIGKILL'
  })

/**
 * Tries a tfjs backend in a process of its own: a native library may end its process, and what it
 * takes of memory and threads is given back.
 */
export const tryBackend = (task: TrialTask, patience = PATIENCE): Promise<TrialReport> =>
  new Promise((resolve) => {
    const child = start(task, patience)
    let printed = ''
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-MOST_TEXT)
    })
    const fail = (reason: string): void => resolve({ passed: false, reason })
    child.once('message', (report: TrialReport) => {
      resolve(report)
      // It ends by itself, unless a driver keeps it; nobody is to wait for that.
      child.kill('SIGKILL')
    })
    child.once('error', ({ message }) => fail(`its process does not start: ${message}`))
    child.once('close', (code, signal) =>
      fail(
        child.killed
          ? `gives no answer within ${patience / 1000} s`
          : lastWords(code, signal, printed)
      )
    )
  })
