/** The folder of a sweep: sweep.json says what it was asked for, runs/ holds a folder for each run. */
import { z } from 'zod'
import type { Plan } from './plan.ts'
import { type FolderKind, openRunsFolder } from './runs-folder.ts'

const REQUEST = 'sweep.json'
const SCHEMA = 'swarmgrad/sweep/1'

const requestSchema = z.strictObject({
  schema: z.literal(SCHEMA),
  document: z.record(z.string(), z.unknown()),
  grid: z.array(z.strictObject({ path: z.string(), values: z.array(z.unknown()) })),
  seeds: z.array(z.int().min(0))
})

type Request = z.output<typeof requestSchema>

const requestOf = ({ document, axes, seeds }: Plan): Request => ({
  schema: SCHEMA,
  document: document as Record<string, unknown>,
  grid: axes.map(({ path, values }) => ({ path, values: values.map(({ value }) => value) })),
  seeds: [...seeds]
})

const KIND: FolderKind<Request> = {
  what: 'sweep',
  requestFile: REQUEST,
  requestSchema,
  ownFiles: [REQUEST, 'summary.json', 'report.html'],
  runFolder: /^\d+-.+-seed\d+$/,
  readable: ({ document, grid, seeds }) => ({
    ...document,
    // By their paths, so that differences can be named.
    ...Object.fromEntries(grid.map(({ path, values }) => [`--grid ${path}`, values])),
    '--seeds': seeds
  })
}

/** @throws InvalidInputError when the folder cannot be used */
export const openSweepFolder = (folder: string, plan: Plan, force: boolean): Promise<() => void> =>
  openRunsFolder(folder, KIND, requestOf(plan), force)
