/** `swarmgrad sweep`: checks a grid, runs every cell with every seed, and lays the figures side by side. */
import { join } from 'node:path'
import { RunFailedError } from '../errors.ts'
import { sweepTable } from '../report/sweep-table.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import type { SweepFlags } from './commands/sweep.ts'
import { reasonOf } from './read-document.ts'
import { removePage, writePage } from './report/page-file.ts'
import { STOPPED, stopSignal } from './signals.ts'
import { readPlan } from './sweep/plan.ts'
import { runSweep } from './sweep/run-sweep.ts'
import { type Outcome, type SweepResults, sweepResults } from './sweep/summary.ts'
import { openSweepFolder } from './sweep/sweep-folder.ts'

interface Written {
  readonly summary: string
  /** What a reader would open first. */
  readonly file: string
}

/** Writes summary.json and, once all runs have ended, the page. */
const writeFiles = async (folder: string, results: SweepResults): Promise<Written> => {
  const summary = `${JSON.stringify(results, null, 2)}\n`
  const file = join(folder, 'summary.json')
  await writeFileAtomic(file, summary).catch((cause: unknown) => {
    throw new RunFailedError(`cannot write ${file}: ${reasonOf(cause)}`, { cause })
  })
  const page = join(folder, 'report.html')
  if (results.open > 0) {
    await removePage(page)
    return { summary, file }
  }
  const { renderSweepPage } = await import('../report/sweep/sweep-page.ts')
  await writePage(page, renderSweepPage(results))
  return { summary, file: page }
}

/** @throws RunFailedError when runs failed; a sweep that was stopped is no failure, but not done either */
const conclude = (outcomes: readonly Outcome[]): void => {
  const count = (state: Outcome['state']): string =>
    `${outcomes.filter((one) => one.state === state).length} of ${outcomes.length} runs`
  if (outcomes.some(({ state }) => state === 'open')) {
    process.stderr.write(`stopped: ${count('open')} are left; the same command goes on with them\n`)
    process.exitCode = STOPPED
  } else if (outcomes.some(({ state }) => state === 'failed')) {
    throw new RunFailedError(
      `${count('failed')} failed; run.log in their folders says why, and the same command tries them again`
    )
  }
}

export const sweep = async (path: string, flags: SweepFlags): Promise<void> => {
  const plan = await readPlan(path, flags)
  const folder = flags.out ?? join('runs', `sweep-${plan.name.replace(/[^\w.-]+/g, '-')}`)
  const unlock = await openSweepFolder(folder, plan, flags.force === true)
  const { signal, release } = stopSignal()
  try {
    const outcomes = await runSweep(plan, folder, signal)
    const results = sweepResults(plan, outcomes, ['swarmgrad', ...process.argv.slice(2)])
    const { summary, file } = await writeFiles(folder, results)
    const table = (): string => `${sweepTable(results, process.stdout.columns)}\n\n${file}\n`
    process.stdout.write(flags.json === true ? summary : table())
    conclude(outcomes)
  } finally {
    release()
    unlock()
  }
}
