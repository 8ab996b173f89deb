/** Carries out runs, each a `swarmgrad simulate` process of its own, some of them at a time. */
import { mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { reasonOf } from '../read-document.ts'
import { type Child, type ChildEnding, startChild } from './child.ts'
import { forEachAtMost } from './pool.ts'
import type { SweepProgress } from './sweep-progress.ts'

/** What is read of a run that is whole, was not interrupted and is the one that was asked for. */
export type RunResults<F> = { readonly figures: F } | { readonly unusable: string }

/** How a planned run ended; `open`: not yet, as it was stopped. */
export type Outcome<F> =
  | { readonly state: 'finished'; readonly figures: F }
  | { readonly state: 'failed'; readonly reason: string }
  | { readonly state: 'open' }

export interface Task {
  /** Its folder; the last part of it is what the run is called. */
  readonly place: string
  /** What `swarmgrad simulate` is given, without --out. */
  readonly args: readonly string[]
  /** The scenario's folder or file. */
  readonly path: string
  readonly live: boolean
}

export interface RunAllOptions<T extends Task, F> {
  readonly jobs: number
  readonly signal: AbortSignal
  readonly progress: SweepProgress
  readonly read: (task: T) => Promise<RunResults<F>>
}

const LOG = 'run.log'

const commandOf = ({ args, place, path }: Task): string[] => [
  process.execPath,
  process.argv[1]!,
  'simulate',
  ...args,
  ...['--out', place, '--', path]
]

const endingText = ({ code, signal, lastLines }: ChildEnding): string => {
  const how = signal === null ? `exit code ${code}` : signal
  return [how, ...lastLines.filter((line) => line !== '').map((line) => `    ${line}`)].join('\n')
}

/**
 * Looks for what an earlier start has finished, and runs the rest. After the first Ctrl-C what has not
 * finished stays open; after the second nothing is left running. Returned in the order of the tasks.
 */
export const runAll = async <T extends Task, F>(
  tasks: readonly T[],
  { jobs, signal, progress, read }: RunAllOptions<T, F>
): Promise<readonly Outcome<F>[]> => {
  const outcomes: Outcome<F>[] = []
  for (const task of tasks) {
    const found = await read(task)
    outcomes.push('figures' in found ? { state: 'finished', ...found } : { state: 'open' })
  }
  const open = [...outcomes.keys()].filter((index) => outcomes[index]!.state === 'open')
  progress.found(outcomes.length - open.length)

  const children = new Set<Child>()
  const killAll = (): void => {
    for (const child of children) child.kill()
  }
  const stopAll = (): void => {
    progress.say('stopping; what is finished is kept (again: stop now)')
    for (const child of children) child.stop()
  }
  const outcomeOf = async (task: T): Promise<Outcome<F>> => {
    const { place } = task
    try {
      // Half of a run, from an earlier start, is worth nothing.
      await rm(place, { recursive: true, force: true })
      await mkdir(place, { recursive: true })
    } catch (error) {
      return { state: 'failed', reason: `${place} cannot be made: ${reasonOf(error)}` }
    }
    if (signal.aborted) return { state: 'open' }
    const child = startChild({
      command: commandOf(task),
      logFile: join(place, LOG),
      onProgress: (news) => progress.show(basename(place), news),
      live: task.live
    })
    children.add(child)
    const ending = await child.ended
    children.delete(child)
    const found = await read(task)
    if (ending.code === 0 && 'figures' in found) return { state: 'finished', ...found }
    if (signal.aborted) return { state: 'open' }
    const reason = ending.code === 0 && 'unusable' in found ? found.unusable : endingText(ending)
    return { state: 'failed', reason }
  }
  const carryOut = async (index: number): Promise<void> => {
    const task = tasks[index]!
    const name = basename(task.place)
    progress.begin(name)
    const outcome = await outcomeOf(task)
    outcomes[index] = outcome
    if (outcome.state !== 'open') {
      progress.end(name, outcome.state === 'failed' ? outcome.reason : null)
    }
  }

  process.once('exit', killAll)
  signal.addEventListener('abort', stopAll)
  try {
    await forEachAtMost(open, jobs, signal, carryOut)
  } finally {
    killAll()
    process.off('exit', killAll)
    signal.removeEventListener('abort', stopAll)
  }
  return outcomes
}
