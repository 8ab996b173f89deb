import { once } from 'node:events'
import { constants, createWriteStream, type WriteStream } from 'node:fs'
import { access, mkdir, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { finished } from 'node:stream/promises'
import { InvalidInputError, type Problem, RunFailedError } from '../errors.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import type { Results } from '../storage/results.ts'
import type { RoundRecord } from '../storage/round-record.ts'
import { reasonOf } from './read-document.ts'
import { removePage } from './report/page-file.ts'

const RESULTS = 'results.json'
const ROUNDS = 'rounds.jsonl'
const PAGE = 'report.html'

const unusable = (folder: string, rule: string): InvalidInputError => {
  const problem: Problem = {
    path: `--out ${folder === '' ? "''" : folder}`,
    rule,
    remedy: 'give a folder that can be written; it is made if need be'
  }
  return new InvalidInputError([problem])
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (info) => info.isDirectory(),
    () => false
  )

/** Throws InvalidInputError when a run could not write into `folder`; makes nothing. */
export const checkFolder = async (folder: string): Promise<void> => {
  if (folder === '') throw unusable(folder, 'must not be empty')
  // The nearest folder above that is there must take the others.
  for (let place = resolve(folder); ; place = dirname(place)) {
    try {
      if (!(await stat(place)).isDirectory()) {
        throw unusable(folder, `must be a folder: ${place} is a file`)
      }
      return await access(place, constants.W_OK | constants.X_OK)
    } catch (error) {
      if (error instanceof InvalidInputError) throw error
      const { code } = error as NodeJS.ErrnoException
      // ENOTDIR: a file further up, which is then named.
      const above = code === 'ENOENT' || code === 'ENOTDIR'
      if (above && dirname(place) !== place) continue
      throw unusable(folder, `cannot be written: ${reasonOf(error)}`)
    }
  }
}

/**
 * Makes a folder and those above it; returns the topmost that was not there. Node's own `recursive`
 * never returns where the system refuses with ENOENT, as below /proc.
 */
export const makeFolder = async (path: string): Promise<string | undefined> => {
  const above = dirname(path)
  const made = (await isFolder(above)) || above === path ? undefined : await makeFolder(above)
  if (await isFolder(path)) return made
  await mkdir(path)
  return made ?? path
}

/** The folder that a run leaves behind: rounds.jsonl line by line, results.json at the end. */
export class RunFolder {
  readonly resultsFile: string
  readonly #path: string
  readonly #onFailure: () => void
  /** The topmost folder that was made for this run. */
  #made: string | undefined
  #lines: WriteStream | null = null
  #failure: Error | null = null
  #records = 0

  /** `onFailure` is called when a line cannot be written; close() then throws. */
  constructor(path: string, onFailure: () => void) {
    this.#path = path
    this.resultsFile = join(path, RESULTS)
    this.#onFailure = onFailure
  }

  async open(): Promise<void> {
    try {
      this.#made = await makeFolder(resolve(this.#path))
      // Results of an earlier run would not belong to the rounds of this one.
      await rm(this.resultsFile, { force: true })
      await removePage(join(this.#path, PAGE))
      const lines = createWriteStream(join(this.#path, ROUNDS))
      await once(lines, 'open')
      lines.on('error', (error) => {
        this.#failure ??= error
        this.#onFailure()
      })
      this.#lines = lines
    } catch (error) {
      await this.discard()
      throw unusable(this.#path, `cannot be written: ${reasonOf(error)}`)
    }
  }

  /** True as long as nothing was measured. */
  get empty(): boolean {
    return this.#records === 0
  }

  record(record: RoundRecord): void {
    this.#records++
    if (this.#failure === null) this.#lines?.write(`${JSON.stringify(record)}\n`)
  }

  /** Ends rounds.jsonl. @throws RunFailedError when it is not whole */
  async close(): Promise<void> {
    const lines = this.#lines
    this.#lines = null
    if (lines !== null && this.#failure === null) {
      await finished(lines.end()).catch((error: Error) => {
        this.#failure = error
      })
    }
    if (this.#failure !== null) this.#cannotWrite(ROUNDS, this.#failure)
  }

  async writeResults(results: Results): Promise<string> {
    const text = `${JSON.stringify(results, null, 2)}\n`
    await writeFileAtomic(this.resultsFile, text).catch((error: unknown) =>
      this.#cannotWrite(RESULTS, error)
    )
    return text
  }

  /** Removes whatever was made for this run. */
  async discard(): Promise<void> {
    if (this.#made !== undefined) await rm(this.#made, { recursive: true, force: true })
  }

  #cannotWrite(name: string, cause: unknown): never {
    const file = join(this.#path, name)
    throw new RunFailedError(`cannot write ${file}: ${reasonOf(cause)}`, { cause })
  }
}
