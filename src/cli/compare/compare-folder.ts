/** The folder of a comparison: compare.json says what was asked for, runs/ holds a folder for each run. */
import { z } from 'zod'
import { type FolderKind, openRunsFolder } from '../sweep/runs-folder.ts'
import type { ComparePlan } from './plan.ts'

const REQUEST = 'compare.json'
const SCHEMA = 'swarmgrad/compare/1'

export const FILES = {
  results: 'comparison.json',
  table: 'comparison.md',
  figure: 'comparison.svg',
  page: 'report.html'
} as const

const requestSchema = z.strictObject({
  schema: z.literal(SCHEMA),
  document: z.record(z.string(), z.unknown()),
  strategies: z.array(z.string()),
  conditions: z.array(z.string()),
  seeds: z.array(z.int().min(0))
})

type Request = z.output<typeof requestSchema>

const KIND: FolderKind<Request> = {
  what: 'comparison',
  requestFile: REQUEST,
  requestSchema,
  ownFiles: [REQUEST, ...Object.values(FILES)],
  runFolder: /^(tune|asked|peers|loss|churn)-.+-seed\d+$/,
  readable: ({ document, strategies, conditions, seeds }) => ({
    ...document,
    '--strategies': strategies,
    conditions,
    '--seeds': seeds
  })
}

/** Returns what gives it free again. @throws InvalidInputError when the folder cannot be used */
export const openCompareFolder = (
  folder: string,
  { document, entrants, conditions, seeds }: ComparePlan,
  force: boolean
): Promise<() => void> => {
  const request: Request = {
    schema: SCHEMA,
    document: document as Record<string, unknown>,
    strategies: entrants.map(({ strategy }) => strategy),
    conditions: conditions.map(({ text }) => text),
    seeds: [...seeds]
  }
  return openRunsFolder(folder, KIND, request, force)
}
