import { InvalidInputError, type Problem } from '../../errors.ts'
import type { DataConfig } from '../../swarm/recipe.ts'
import { quote, refuse } from '../files/refuse.ts'

export interface Column {
  readonly name: string
  readonly kind: 'number' | 'category'
  /** Its place among the fields of a record. */
  readonly field: number
}

/** What the first line of a table and a recipe make of its columns. */
export interface Header {
  /** All of them, as the first line has them. */
  readonly names: readonly string[]
  /** The field that is predicted. */
  readonly label: number
  /** What it is predicted from, in the table's order. */
  readonly columns: readonly Column[]
}

export type CsvConfig = Pick<DataConfig, 'label' | 'categorical' | 'ignore' | 'missing' | 'test'>

const MAX_COLUMNS = 4096

const nameProblems = (path: string, names: readonly string[]): readonly Problem[] => {
  const line = 'the first line'
  const remedy = 'give every column a name of its own there'
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (names.length > MAX_COLUMNS) {
    const rule = `${line} must name at most ${MAX_COLUMNS} columns, names ${names.length}`
    return [{ path, rule, remedy: 'leave columns out' }]
  }
  if (names.includes('')) return [{ path, rule: `${line} must name every column`, remedy }]
  if (twice !== undefined) {
    return [
      { path, rule: `${line} must name every column once, has ${quote(twice)} twice`, remedy }
    ]
  }
  if (names.length >= 2) return []
  const rule = `${line} must name two columns at least, separated by commas`
  return [{ path, rule, remedy: 'separate its columns by commas, not by semicolons or tabs' }]
}

/** What the recipe names and the table does not have. */
const strayProblems = (names: readonly string[], config: CsvConfig): readonly Problem[] => {
  const { label = '', categorical = [], ignore = [] } = config
  const asked = [
    ['data.label', label],
    ...categorical.map((name, i) => [`data.categorical[${i}]`, name]),
    ...ignore.map((name, i) => [`data.ignore[${i}]`, name])
  ] as const
  const known = names.slice(0, 20).map(quote).join(', ')
  return asked
    .filter(([, name]) => !names.includes(name!))
    .map(([path, name]) => ({
      path: path!,
      rule: `must be a column of the table, is ${quote(name!)}`,
      remedy: `it has ${known}${names.length > 20 ? ', ...' : ''}`
    }))
}

/** @throws InvalidInputError with what is wrong with the first line, and with the recipe's names */
export const readHeader = (path: string, names: readonly string[], config: CsvConfig): Header => {
  const wrong = nameProblems(path, names)
  const problems = wrong.length > 0 ? wrong : strayProblems(names, config)
  if (problems.length > 0) throw new InvalidInputError(problems)
  const { label = '', categorical = [], ignore = [] } = config
  const columns = names.flatMap((name, field): Column[] => {
    if (name === label || ignore.includes(name)) return []
    return [{ name, field, kind: categorical.includes(name) ? 'category' : 'number' }]
  })
  if (columns.length > 0) return { names, label: names.indexOf(label), columns }
  const rule = 'must leave a column to predict from'
  return refuse('data.ignore', rule, 'leave fewer columns out')
}
