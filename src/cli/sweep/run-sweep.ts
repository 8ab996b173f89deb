/** Runs what a sweep has not run yet. */
import { join } from 'node:path'
import type { Plan } from './plan.ts'
import { runAll } from './run-all.ts'
import { readRun } from './run-results.ts'
import type { Outcome } from './summary.ts'
import { SweepProgress } from './sweep-progress.ts'

export const setFlags = (texts: readonly string[]): string[] =>
  texts.flatMap((text) => ['--set', text])

export const runSweep = async (
  plan: Plan,
  folder: string,
  signal: AbortSignal
): Promise<readonly Outcome[]> => {
  const { runs, jobs, overrides, path } = plan
  const progress = new SweepProgress({ what: 'sweep', runs: runs.length, jobs })
  const tasks = runs.map((run) => ({
    run,
    place: join(folder, run.folder),
    args: [...setFlags([...overrides, ...run.cell.overrides]), '--seed', String(run.seed)],
    path,
    live: run.cell.live
  }))
  try {
    return await runAll(tasks, {
      jobs,
      signal,
      progress,
      read: ({ place, run }) => readRun(place, run)
    })
  } finally {
    progress.stop()
  }
}
