import type { Problem } from '../errors.ts'
import type { DataConfig } from '../swarm/recipe.ts'

type Name = DataConfig['name']

/** Fields that say something of some datasets only. */
const ONLY: Readonly<Partial<Record<keyof DataConfig, readonly Name[]>>> = {
  test: ['text', 'csv', 'images'],
  sha256: ['mnist', 'mnist-10k', 'cifar10', 'csv', 'images', 'text'],
  level: ['text'],
  label: ['csv'],
  categorical: ['csv'],
  ignore: ['csv'],
  missing: ['csv'],
  side: ['images'],
  colour: ['images']
}

const columnProblems = ({ label, categorical = [], ignore = [] }: Partial<DataConfig>) => {
  const problems: Problem[] = []
  if (label === undefined) {
    const rule = 'must name the column that is predicted'
    problems.push({ path: 'data.label', rule, remedy: 'give its name as the first line has it' })
  }
  const seen = new Map([[label, 'data.label']])
  for (const [path, columns] of Object.entries({
    'data.categorical': categorical,
    'data.ignore': ignore
  })) {
    columns.forEach((column, i) => {
      const other = seen.get(column)
      seen.set(column, `${path}[${i}]`)
      if (other === undefined) return
      const remedy = 'name every column once at most'
      problems.push({ path: `${path}[${i}]`, rule: `must not be that of ${other}`, remedy })
    })
  }
  return problems
}

/** Everything that keeps a recipe's `data` from being a dataset; the files are another matter. */
export const dataProblems = (data: Partial<DataConfig> & { readonly name: Name }): Problem[] => {
  const strays = Object.entries(ONLY).flatMap(([field, names]) => {
    if (data[field as keyof DataConfig] === undefined || names.includes(data.name)) return []
    const rule = `says nothing of ${data.name}`
    const remedy = `remove it, or take ${names.join(' or ')}`
    return [{ path: `data.${field}`, rule, remedy }]
  })
  return data.name === 'csv' ? [...strays, ...columnProblems(data)] : strays
}
