import type { Results } from '../../storage/results.ts'
import { differencesOf } from './differences.ts'

export interface ComparedRun {
  /** What the reader calls it by: unique among the runs of a page. */
  readonly label: string
  readonly results: Results
}

interface FoundRun {
  readonly path: string
  readonly results: Results
}

/** More fields in a name would not be read. */
const MAX_FIELDS = 3
const MAX_LABEL = 48

const areUnique = (labels: readonly string[]): boolean => new Set(labels).size === labels.length

/** Text for itself (`int8`), anything else with the field's name (`degree 4`). */
const fieldText = (path: string, json: string): string => {
  const value: unknown = JSON.parse(json)
  return typeof value === 'string' ? value : `${path.split('.').at(-1)} ${json}`
}

/** By the few settings in which the scenarios differ: `int8`, `top-k+int4, fraction 0.1`. */
const bySettings = (runs: readonly FoundRun[]): readonly string[] | null => {
  const documents = runs.flatMap(({ results: { document } }) =>
    document === null ? [] : [document]
  )
  if (documents.length < runs.length) return null
  const differences = differencesOf(documents)
  if (differences.length === 0 || differences.length > MAX_FIELDS) return null
  const labels = runs.map((_, index) =>
    differences
      .flatMap(({ path, values }) => {
        const value = values[index] ?? null
        return value === null ? [] : [fieldText(path, value)]
      })
      .join(', ')
  )
  const fit = labels.every(({ length }) => length > 0 && length <= MAX_LABEL)
  return fit ? labels : null
}

const bySeed = (runs: readonly FoundRun[]): readonly string[] => {
  const scenarios = new Set(runs.map(({ results }) => results.scenario))
  return runs.map(({ results: { scenario, seed } }) =>
    scenarios.size === 1 ? `seed ${seed}` : `${scenario}, seed ${seed}`
  )
}

/** The parts of the paths from the first on that they do not share. */
const byPath = (runs: readonly FoundRun[]): readonly string[] => {
  const split = runs.map(({ path }) => path.replace(/\/results?\.json$/, '').split('/'))
  let shared = 0
  while (split.every((parts) => parts.length > shared + 1 && parts[shared] === split[0]![shared])) {
    shared++
  }
  return split.map((parts) => parts.slice(shared).join('/'))
}

/** Names for runs, by the first of these that tells them apart: settings, seeds, paths. */
export const labelled = (runs: readonly FoundRun[]): readonly ComparedRun[] => {
  const labels = [bySettings(runs), bySeed(runs)].find((some) => some !== null && areUnique(some))
  const names = labels ?? byPath(runs)
  return runs.map(({ results }, index) => ({ label: names[index]!, results }))
}
