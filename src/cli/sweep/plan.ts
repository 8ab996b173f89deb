/** What a sweep is asked for, checked as a whole before anything starts or is written. */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Problem } from '../../errors.ts'
import type { SweepFlags } from '../commands/sweep.ts'
import { Gathered } from '../gathered.ts'
import { withTopology } from '../model-file.ts'
import { pathAndValue } from '../overrides.ts'
import { checkFolder } from '../run-folder.ts'
import { overridden, readScenarioDocument, tryData } from '../scenario-file.ts'
import { type CheckedCell, checkCells } from './cells.ts'
import { type Axis, cellCount, cellsOf, parseGrid } from './grid.ts'
import { parseJobs } from './jobs.ts'
import { parseSeeds } from './seeds.ts'

const MAX_RUNS = 10_000

export interface PlannedRun {
  readonly cell: CheckedCell
  readonly seed: number
  /** Relative to the sweep's folder. */
  readonly folder: string
}

export interface Plan {
  readonly name: string
  /** The scenario as it was named on the command line. */
  readonly path: string
  /** The scenario after --set, before the grid. */
  readonly document: unknown
  /** `--set` texts. */
  readonly overrides: readonly string[]
  readonly axes: readonly Axis[]
  readonly cells: readonly CheckedCell[]
  readonly seeds: readonly number[]
  /** Cell by cell, in the order of the seeds. */
  readonly runs: readonly PlannedRun[]
  /** At once. */
  readonly jobs: number
}

const tooMany = (runs: number): Problem => ({
  path: '--grid',
  rule: `asks for ${runs} runs, and ${MAX_RUNS} are the most`,
  remedy: 'give fewer values or seeds, or several sweeps'
})

/** A --set of an axis would have no effect. */
const setTwice = (axes: readonly Axis[], overrides: readonly string[]): Problem[] =>
  overrides
    .filter((text) => axes.some(({ path }) => path === pathAndValue(text)?.[0]))
    .map((text) => ({
      path: `--set ${text}`,
      rule: 'is replaced by the --grid of the same path',
      remedy: 'remove one of them'
    }))

export const runFolderOf = (cell: CheckedCell, seed: number): string =>
  join('runs', `${cell.id}-seed${seed}`)

/** @throws InvalidInputError with everything that is wrong with flags, grid, cells and data */
export const readPlan = async (path: string, flags: SweepFlags): Promise<Plan> => {
  const { seeds: seedsText, jobs: jobsText, out, set: overrides = [] } = flags
  const found = new Gathered()
  const { axes, problems } = parseGrid(flags.grid ?? [])
  found.add(problems)
  found.add(setTwice(axes, overrides))
  const given = seedsText === undefined ? null : await found.from(() => parseSeeds(seedsText))
  const jobs = jobsText === undefined ? null : await found.from(() => parseJobs(jobsText))
  if (out !== undefined) await found.from(() => checkFolder(out))
  const count = cellCount(axes) * (given?.length ?? 1)
  if (count > MAX_RUNS) found.add([tooMany(count)])
  const read = await found.from(async () => ({ document: await readScenarioDocument(path) }))
  const base = overridden(read?.document, overrides)
  found.add(base.problems)
  const document = await found.from(() => withTopology(base.document))
  if (!found.empty) throw found.toError()

  const grid = checkCells(document, axes, cellsOf(axes))
  found.add(grid.problems)
  for (const document of found.empty ? grid.withData : []) await found.from(() => tryData(document))
  if (!found.empty) throw found.toError()
  const { name, seed } = grid.first!
  const seeds = given ?? [seed]
  return {
    name,
    path,
    document,
    overrides,
    axes,
    cells: grid.cells,
    seeds,
    runs: grid.cells.flatMap((cell) =>
      seeds.map((each) => ({ cell, seed: each, folder: runFolderOf(cell, each) }))
    ),
    jobs: jobs ?? (grid.cells.some(({ live }) => live) ? 1 : availableParallelism())
  }
}
