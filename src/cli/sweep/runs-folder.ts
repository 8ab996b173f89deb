/** A folder that many runs are kept in: a file says what was asked for, runs/ holds a folder for each run. */
import { readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { z } from 'zod'
import { InvalidInputError } from '../../errors.ts'
import { differencesOf } from '../../report/comparison/differences.ts'
import { writeFileAtomic } from '../../storage/atomic-file.ts'
import { readDocument, reasonOf } from '../read-document.ts'
import { makeFolder } from '../run-folder.ts'
import { canonical } from './canonical.ts'
import { LOCK_FILE, lockFolder } from './lock.ts'

/** What is kept in the folder, such as a sweep. */
export interface FolderKind<R> {
  readonly what: string
  /** The file that says what was asked for, and what may stand in it. */
  readonly requestFile: string
  readonly requestSchema: z.ZodType<R>
  /** All files beside the runs. */
  readonly ownFiles: readonly string[]
  /** The name of a run's folder; `swarmgrad simulate` names its own with the time at the end. */
  readonly runFolder: RegExp
  /** The request as a document, by whose paths differences are named. */
  readonly readable: (request: R) => Readonly<Record<string, unknown>>
}

/** A request holds a scenario, of at most 1 MiB, indented, and a grid. */
const MAX_MIB = 16
const MAX_DIFFERENCES = 5

const START_OVER = 'give another --out, or --force to start over and remove what it has run'

const refuse = (path: string, rule: string, remedy = START_OVER): never => {
  throw new InvalidInputError([{ path, rule, remedy }])
}

/** The earlier request of the folder; null where there is none. */
const readRequest = async <R>(
  folder: string,
  { requestFile, requestSchema }: FolderKind<R>,
  entries: readonly string[]
): Promise<R | null> => {
  if (!entries.includes(requestFile)) return null
  const file = join(folder, requestFile)
  const document = await readDocument(file, MAX_MIB).catch((error: unknown) => {
    if (!(error instanceof InvalidInputError)) throw error
    return refuse(file, error.problems[0]!.rule)
  })
  const { data } = requestSchema.safeParse(document)
  return data ?? refuse(file, 'is no request of the schema that this version writes')
}

const MAX_SHOWN = 60
const shown = (value: string | null): string => value?.slice(0, MAX_SHOWN) ?? 'not given'

const requireSame = <R>(folder: string, kind: FolderKind<R>, there: R, here: R): void => {
  if (canonical(there) === canonical(here)) return
  const all = differencesOf([kind.readable(there), kind.readable(here)]).map(
    ({ path, values: [was = null, is = null] }) => `${path} was ${shown(was)}, is ${shown(is)}`
  )
  // Paths are compared without their order, which numbers the cells of a sweep.
  if (all.length === 0) all.push('the axes had another order')
  const more = all.length > MAX_DIFFERENCES ? `; and ${all.length - MAX_DIFFERENCES} more` : ''
  const differences = all.slice(0, MAX_DIFFERENCES).join('; ')
  refuse(`--out ${folder}`, `holds another ${kind.what}: ${differences}${more}`)
}

/** Removes what an earlier start has made, and nothing else. */
const startOver = async <R>(
  folder: string,
  { runFolder, ownFiles }: FolderKind<R>
): Promise<void> => {
  const runs = join(folder, 'runs')
  const names = await readdir(runs).catch(() => [])
  for (const name of names.filter((one) => runFolder.test(one))) {
    await rm(join(runs, name), { recursive: true, force: true })
  }
  for (const name of ownFiles) await rm(join(folder, name), { force: true })
}

const prepare = async <R>(
  folder: string,
  kind: FolderKind<R>,
  request: R,
  force: boolean
): Promise<void> => {
  const { requestFile, ownFiles } = kind
  /** What was half written when it was killed (storage/atomic-file.ts). */
  const isLeftOver = (name: string): boolean =>
    name.endsWith('.part') && ownFiles.some((own) => name.startsWith(`${own}.`))
  const found = await readdir(folder)
  for (const name of found.filter(isLeftOver)) await rm(join(folder, name), { force: true })
  const entries = found.filter((name) => !name.startsWith(LOCK_FILE) && !isLeftOver(name))
  if (entries.length > 0 && !entries.includes(requestFile)) {
    refuse(`--out ${folder}`, `is not empty and holds no ${requestFile}`, 'give another folder')
  }
  if (force) await startOver(folder, kind)
  const earlier = force ? null : await readRequest(folder, kind, entries)
  if (earlier !== null) requireSame(folder, kind, earlier, request)
  else await writeFileAtomic(join(folder, requestFile), `${JSON.stringify(request, null, 2)}\n`)
}

/**
 * Makes the folder, or goes on in it where it holds the same. Returns what gives it free again.
 * @throws InvalidInputError when it cannot be used
 */
export const openRunsFolder = async <R>(
  folder: string,
  kind: FolderKind<R>,
  request: R,
  force: boolean
): Promise<() => void> => {
  let release: (() => void) | null = null
  let made: string | undefined
  try {
    made = await makeFolder(resolve(folder))
    release = await lockFolder(folder)
    await prepare(folder, kind, request, force)
    return release
  } catch (error) {
    // Without the lock the folder may be somebody else's by now.
    if (release !== null && made !== undefined) await rm(made, { recursive: true, force: true })
    release?.()
    // Only what the system refuses is the folder's fault.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    return refuse(`--out ${folder}`, `cannot be used: ${reasonOf(error)}`, 'give another folder')
  }
}
