/** Runs what a sweep has not run yet: every run is a `swarmgrad simulate` of its own. */
import { mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { reasonOf } from '../read-document.ts'
import { type Child, type ChildEnding, startChild } from './child.ts'
import type { Plan, PlannedRun } from './plan.ts'
import { forEachAtMost } from './pool.ts'
import { readRun } from './run-results.ts'
import type { Outcome } from './summary.ts'
import { SweepProgress } from './sweep-progress.ts'

const LOG = 'run.log'

const setFlags = (texts: readonly string[]): string[] => texts.flatMap((text) => ['--set', text])

const commandOf = (plan: Plan, { cell, seed }: PlannedRun, folder: string): string[] => [
  process.execPath,
  process.argv[1]!,
  'simulate',
  ...setFlags([...plan.overrides, ...cell.overrides]),
  ...['--seed', String(seed), '--out', folder, '--', plan.path]
]

const endingText = ({ code, signal, lastLines }: ChildEnding): string => {
  const how = signal === null ? `exit code ${code}` : signal
  return [how, ...lastLines.filter((line) => line !== '').map((line) => `    ${line}`)].join('\n')
}

/** What is already there, run by run; the others are open. */
const lookBack = async (plan: Plan, folder: string): Promise<Outcome[]> => {
  const outcomes: Outcome[] = []
  for (const run of plan.runs) {
    const found = await readRun(join(folder, run.folder), run)
    outcomes.push('figures' in found ? { state: 'finished', ...found } : { state: 'open' })
  }
  return outcomes
}

/** After the first Ctrl-C what has not finished stays open; after the second nothing is left running. */
export const runSweep = async (
  plan: Plan,
  folder: string,
  signal: AbortSignal
): Promise<readonly Outcome[]> => {
  const outcomes = await lookBack(plan, folder)
  const open = [...outcomes.keys()].filter((index) => outcomes[index]!.state === 'open')
  const before = outcomes.length - open.length
  const progress = new SweepProgress({ runs: outcomes.length, before, jobs: plan.jobs })
  const children = new Set<Child>()
  const killAll = (): void => {
    for (const child of children) child.kill()
  }
  const stopAll = (): void => {
    progress.say('stopping; what is finished is kept (again: stop now)')
    for (const child of children) child.stop()
  }

  const outcomeOf = async (run: PlannedRun): Promise<Outcome> => {
    const place = join(folder, run.folder)
    try {
      // Half of a run, from an earlier start, is worth nothing.
      await rm(place, { recursive: true, force: true })
      await mkdir(place, { recursive: true })
    } catch (error) {
      return { state: 'failed', reason: `${place} cannot be made: ${reasonOf(error)}` }
    }
    if (signal.aborted) return { state: 'open' }
    const child = startChild({
      command: commandOf(plan, run, place),
      logFile: join(place, LOG),
      onProgress: (news) => progress.show(basename(run.folder), news),
      live: run.cell.live
    })
    children.add(child)
    const ending = await child.ended
    children.delete(child)
    const found = await readRun(place, run)
    if (ending.code === 0 && 'figures' in found) return { state: 'finished', ...found }
    if (signal.aborted) return { state: 'open' }
    const reason = ending.code === 0 && 'unusable' in found ? found.unusable : endingText(ending)
    return { state: 'failed', reason }
  }
  const carryOut = async (index: number): Promise<void> => {
    const run = plan.runs[index]!
    const name = basename(run.folder)
    progress.begin(name)
    const outcome = await outcomeOf(run)
    outcomes[index] = outcome
    if (outcome.state !== 'open') {
      progress.end(name, outcome.state === 'failed' ? outcome.reason : null)
    }
  }

  process.once('exit', killAll)
  signal.addEventListener('abort', stopAll)
  try {
    await forEachAtMost(open, plan.jobs, signal, carryOut)
  } finally {
    killAll()
    process.off('exit', killAll)
    signal.removeEventListener('abort', stopAll)
    progress.stop()
  }
  return outcomes
}
