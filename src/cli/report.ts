/** `swarmgrad report`: reads what runs have left and makes a page of it. */
import { dirname, join } from 'node:path'
import { InvalidInputError } from '../errors.ts'
import { MAX_STYLES } from '../report/charts/lines-figure.ts'
import { labelled } from '../report/comparison/compared-run.ts'
import { renderComparisonPage } from '../report/comparison/comparison-page.ts'
import { renderRunPage } from '../report/run/run-page.ts'
import { resultsSchema } from '../storage/results.ts'
import type { ReportFlags } from './commands/report.ts'
import { Gathered } from './gathered.ts'
import { checkPageFile, writePage } from './report/page-file.ts'
import { duplicates, type ReadResults, readResults } from './report/read-results.ts'
import { readRounds } from './report/read-rounds.ts'

const PAGE = 'report.html'
const ROUNDS = 'rounds.jsonl'

const checkCount = ({ length }: readonly string[]): void => {
  if (length <= MAX_STYLES) return
  const rule = `at most ${MAX_STYLES} runs can be told apart on one page, not ${length}`
  throw new InvalidInputError([{ path: 'results', rule, remedy: 'give fewer' }])
}

/** Everything that was asked for. @throws InvalidInputError with all that is wrong with it */
const readAll = async (
  paths: readonly string[],
  { out, force }: ReportFlags
): Promise<{ readonly file: string; readonly runs: readonly ReadResults[] }> => {
  const found = new Gathered()
  await found.from(() => checkCount(paths))
  if (!found.empty) throw found.toError()
  found.add(await duplicates(paths))
  const runs: ReadResults[] = []
  for (const path of paths) {
    const run = await found.from(() => readResults(path))
    if (run !== null) runs.push(run)
  }
  const [first] = runs
  const beside = paths.length === 1 && first !== undefined ? dirname(first.file) : '.'
  const file = out ?? join(beside, PAGE)
  // Where a lone run could not be read, nobody knows yet where its page would go.
  if (out !== undefined || paths.length > 1 || first !== undefined) {
    await found.from(() => checkPageFile(file, force === true))
  }
  if (!found.empty) throw found.toError()
  return { file, runs }
}

const pageOf = async (runs: readonly ReadResults[]): Promise<string> => {
  const [first] = runs
  if (runs.length === 1 && first !== undefined) {
    const rounds = await readRounds(join(dirname(first.file), ROUNDS), first.results)
    return renderRunPage(first.results, rounds)
  }
  return renderComparisonPage(labelled(runs.map(({ file, results }) => ({ path: file, results }))))
}

export const report = async (paths: readonly string[], flags: ReportFlags): Promise<void> => {
  const { file, runs } = await readAll(paths, flags)
  await writePage(file, await pageOf(runs))
  process.stdout.write(`${file}\n`)
}

/**
 * Makes the page of a run that has just ended, beside its results; returns the page's path. `text` is
 * results.json as it was written: the infinite numbers of a diverged run are null in it, as in every
 * later reading. A report.html in the folder that is not ours stays, and is an InvalidInputError.
 */
export const writeReport = async (folder: string, text: string): Promise<string> => {
  const file = join(folder, PAGE)
  await checkPageFile(file, false)
  const results = resultsSchema.parse(JSON.parse(text))
  await writePage(file, renderRunPage(results, await readRounds(join(folder, ROUNDS), results)))
  return file
}
