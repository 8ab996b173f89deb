/** Looks at every cell of a grid before anything runs. */
import { InvalidInputError, type Problem } from '../../errors.ts'
import { parseScenario, type Scenario } from '../../simulation/scenario.ts'
import { overridden } from '../scenario-file.ts'
import { canonical, fingerprint, hashOf } from './canonical.ts'
import type { Axis, Cell } from './grid.ts'

/** A cell whose scenario is good. */
export interface CheckedCell extends Cell {
  /** `path=value`, as --set takes them. */
  readonly overrides: readonly string[]
  readonly fingerprint: string
  readonly live: boolean
}

export interface CheckedGrid {
  readonly cells: readonly CheckedCell[]
  /** Scenario of the first cell. */
  readonly first: Scenario | null
  /** A document for each dataset that is read from a folder. */
  readonly withData: readonly unknown[]
  readonly problems: readonly Problem[]
}

/** More would hide what they have in common. */
const MAX_PROBLEMS = 20

/** The same problem in many cells is told once, with the cells where it is not in all of them. */
class CellProblems {
  readonly #problems = new Map<string, { problem: Problem; where: string; cells: number }>()

  add(problem: Problem, where: string): void {
    const key = canonical(problem)
    const known = this.#problems.get(key)
    if (known === undefined) this.#problems.set(key, { problem, where, cells: 1 })
    else known.cells++
  }

  told(cells: number): Problem[] {
    const all = [...this.#problems.values()].map(({ problem, where, cells: count }): Problem => {
      if (count === cells) return problem
      const others = count === 1 ? '' : `, and ${count - 1} more`
      return { ...problem, path: `${problem.path} (with ${where}${others})` }
    })
    if (all.length <= MAX_PROBLEMS) return all
    const rule = `${all.length - MAX_PROBLEMS} more problems are not shown`
    const remedy = 'correct these first'
    return [...all.slice(0, MAX_PROBLEMS), { path: '--grid', rule, remedy }]
  }
}

/** Overrides of cells are written by --grid. */
const ofGrid = ({ path, rule, remedy }: Problem): Problem => {
  const renamed = (text: string): string => text.replace('--set ', '--grid ')
  return { path: renamed(path), rule, remedy: renamed(remedy) }
}

const scenarioOf = (
  document: unknown,
  overrides: readonly string[]
): { readonly document: unknown; readonly scenario: Scenario } => {
  const changed = overridden(document, overrides)
  if (changed.problems.length > 0) throw new InvalidInputError(changed.problems.map(ofGrid))
  return { document: changed.document, scenario: parseScenario(changed.document) }
}

const sameScenario = ([one, other]: readonly [string, string]): Problem => ({
  path: '--grid',
  rule: `${one} and ${other} are the same scenario`,
  remedy: 'remove the value or the axis that changes nothing'
})

export const checkCells = (
  document: unknown,
  axes: readonly Axis[],
  cells: readonly Cell[]
): CheckedGrid => {
  const problems = new CellProblems()
  const checked: CheckedCell[] = []
  const known = new Map<string, string>()
  let twins: readonly [string, string] | null = null
  const withData = new Map<string, unknown>()
  let first: Scenario | null = null
  for (const cell of cells) {
    const overrides = axes.map(({ path }, axis) => `${path}=${cell.values[axis]!.text}`)
    const where = overrides.join(' ')
    try {
      const found = scenarioOf(document, overrides)
      const { scenario } = found
      first ??= scenario
      if (scenario.data.path !== null) withData.set(canonical(scenario.data), found.document)
      const whole = hashOf(scenario)
      const twin = known.get(whole)
      if (twin !== undefined) twins ??= [twin, where]
      known.set(whole, where)
      checked.push({
        ...cell,
        overrides,
        fingerprint: fingerprint(scenario),
        live: scenario.mode === 'live'
      })
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error
      for (const problem of error.problems) problems.add(problem, where)
    }
  }
  return {
    cells: checked,
    first,
    withData: [...withData.values()],
    problems: [...problems.told(cells.length), ...(twins === null ? [] : [sameScenario(twins)])]
  }
}
