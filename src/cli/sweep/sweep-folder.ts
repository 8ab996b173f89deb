/** The folder of a sweep: sweep.json says what it was asked for, runs/ holds a folder for each run. */
import { readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { InvalidInputError } from '../../errors.ts'
import { differencesOf } from '../../report/comparison/differences.ts'
import { writeFileAtomic } from '../../storage/atomic-file.ts'
import { readDocument, reasonOf } from '../read-document.ts'
import { makeFolder } from '../run-folder.ts'
import { canonical } from './canonical.ts'
import { LOCK_FILE, lockFolder } from './lock.ts'
import type { Plan } from './plan.ts'

const REQUEST = 'sweep.json'
const SCHEMA = 'swarmgrad/sweep/1'
/** It holds a scenario, of at most 1 MiB, indented, and a grid. */
const MAX_MIB = 16
/** What a sweep writes beside the runs. */
const OWN_FILES = [REQUEST, 'summary.json', 'report.html']
/** The name of a run's folder; `swarmgrad simulate` names its own with the time at the end. */
const RUN_FOLDER = /^\d+-.+-seed\d+$/
const MAX_DIFFERENCES = 5

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

const START_OVER = 'give another --out, or --force to start over and remove what it has run'

const refuse = (path: string, rule: string, remedy = START_OVER): never => {
  throw new InvalidInputError([{ path, rule, remedy }])
}

/** The earlier request of the folder; null where there is none. */
const readRequest = async (folder: string, entries: readonly string[]): Promise<Request | null> => {
  if (!entries.includes(REQUEST)) return null
  const file = join(folder, REQUEST)
  const document = await readDocument(file, MAX_MIB).catch((error: unknown) => {
    if (!(error instanceof InvalidInputError)) throw error
    return refuse(file, error.problems[0]!.rule)
  })
  const { data } = requestSchema.safeParse(document)
  return data ?? refuse(file, `is no request of the schema ${SCHEMA}`)
}

/** The request with its axes by their paths, so that differences can be named. */
const readable = ({ document, grid, seeds }: Request): Record<string, unknown> => ({
  ...document,
  ...Object.fromEntries(grid.map(({ path, values }) => [`--grid ${path}`, values])),
  '--seeds': seeds
})

const MAX_SHOWN = 60
const shown = (value: string | null): string => value?.slice(0, MAX_SHOWN) ?? 'not given'

const requireSame = (folder: string, there: Request, here: Request): void => {
  if (canonical(there) === canonical(here)) return
  const all = differencesOf([readable(there), readable(here)]).map(
    ({ path, values: [was = null, is = null] }) => `${path} was ${shown(was)}, is ${shown(is)}`
  )
  // Paths are compared without their order, which numbers the cells.
  if (all.length === 0) all.push('the axes had another order')
  const more = all.length > MAX_DIFFERENCES ? `; and ${all.length - MAX_DIFFERENCES} more` : ''
  const what = all.slice(0, MAX_DIFFERENCES).join('; ')
  refuse(`--out ${folder}`, `holds another sweep: ${what}${more}`)
}

/** Removes what an earlier sweep has made, and nothing else. */
const startOver = async (folder: string): Promise<void> => {
  const runs = join(folder, 'runs')
  const names = await readdir(runs).catch(() => [])
  for (const name of names.filter((one) => RUN_FOLDER.test(one))) {
    await rm(join(runs, name), { recursive: true, force: true })
  }
  for (const name of OWN_FILES) await rm(join(folder, name), { force: true })
}

/** What a sweep that was killed had half written (storage/atomic-file.ts). */
const isLeftOver = (name: string): boolean =>
  name.endsWith('.part') && OWN_FILES.some((own) => name.startsWith(`${own}.`))

const prepare = async (folder: string, plan: Plan, force: boolean): Promise<void> => {
  const request = requestOf(plan)
  const found = await readdir(folder)
  for (const name of found.filter(isLeftOver)) await rm(join(folder, name), { force: true })
  const entries = found.filter((name) => !name.startsWith(LOCK_FILE) && !isLeftOver(name))
  if (entries.length > 0 && !entries.includes(REQUEST)) {
    refuse(`--out ${folder}`, `is not empty and holds no ${REQUEST}`, 'give another folder')
  }
  if (force) await startOver(folder)
  const earlier = force ? null : await readRequest(folder, entries)
  if (earlier !== null) requireSame(folder, earlier, request)
  else await writeFileAtomic(join(folder, REQUEST), `${JSON.stringify(request, null, 2)}\n`)
}

/**
 * Makes the folder, or goes on in it where it holds the same sweep. Returns what gives it free again.
 * @throws InvalidInputError when it cannot be used
 */
export const openSweepFolder = async (
  folder: string,
  plan: Plan,
  force: boolean
): Promise<() => void> => {
  let release: (() => void) | null = null
  let made: string | undefined
  try {
    made = await makeFolder(resolve(folder))
    release = await lockFolder(folder)
    await prepare(folder, plan, force)
    return release
  } catch (error) {
    // Without the lock the folder may be another sweep's by now.
    if (release !== null && made !== undefined) await rm(made, { recursive: true, force: true })
    release?.()
    // Only what the system refuses is the folder's fault.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    return refuse(`--out ${folder}`, `cannot be used: ${reasonOf(error)}`, 'give another folder')
  }
}
