/** `swarmgrad compare`: runs the strategies on one scenario, lays them side by side and says which to take. */
import { join } from 'node:path'
import { RunFailedError } from '../errors.ts'
import type { Comparison } from '../report/strategies/comparison.ts'
import { comparisonMarkdown } from '../report/strategies/markdown.ts'
import { comparisonText } from '../report/strategies/terminal.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import type { CompareFlags } from './commands/compare.ts'
import { FILES, openCompareFolder } from './compare/compare-folder.ts'
import { comparisonOf } from './compare/gather.ts'
import { readComparePlan } from './compare/plan.ts'
import { runCompare } from './compare/run-compare.ts'
import { reasonOf } from './read-document.ts'
import { writePage } from './report/page-file.ts'
import { STOPPED, stopSignal } from './signals.ts'

const writeText = (file: string, text: string): Promise<void> =>
  writeFileAtomic(file, text).catch((cause: unknown) => {
    throw new RunFailedError(`cannot write ${file}: ${reasonOf(cause)}`, { cause })
  })

/** Returns the page's file and comparison.json's text. */
const writeFiles = async (
  folder: string,
  comparison: Comparison
): Promise<{ readonly page: string; readonly text: string }> => {
  const text = `${JSON.stringify(comparison, null, 2)}\n`
  await writeText(join(folder, FILES.results), text)
  await writeText(join(folder, FILES.table), comparisonMarkdown(comparison))
  const { comparisonSvg } = await import('../report/strategies/comparison-svg.ts')
  await writeText(join(folder, FILES.figure), comparisonSvg(comparison))
  const { renderComparison } = await import('../report/strategies/comparison-page.ts')
  const page = join(folder, FILES.page)
  await writePage(page, renderComparison(comparison))
  return { page, text }
}

export const compare = async (path: string, flags: CompareFlags): Promise<void> => {
  const plan = await readComparePlan(path, flags)
  const folder = flags.out ?? join('runs', `compare-${plan.name.replace(/[^\w.-]+/g, '-')}`)
  const unlock = await openCompareFolder(folder, plan, flags.force === true)
  const { signal, release } = stopSignal()
  try {
    const outcome = await runCompare(plan, folder, signal)
    if (outcome.open > 0) {
      const left = `${outcome.open} runs are left; the same command goes on with them`
      process.stderr.write(`stopped: ${left}\n`)
      process.exitCode = STOPPED
      return
    }
    const comparison = comparisonOf(plan, outcome, ['swarmgrad', ...process.argv.slice(2)])
    const { page, text } = await writeFiles(folder, comparison)
    process.stdout.write(flags.json === true ? text : `${comparisonText(comparison)}\n\n${page}\n`)
    if (outcome.failed > 0) {
      const all = outcome.failed + outcome.finished
      throw new RunFailedError(
        `${outcome.failed} of ${all} runs failed; run.log in their folders says why, and the same command tries them again`
      )
    }
  } finally {
    release()
    unlock()
  }
}
