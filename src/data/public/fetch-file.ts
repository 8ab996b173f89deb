import { InvalidInputError, type Problem } from '../../errors.ts'
import type { PublicFile } from '../../swarm/sharing.ts'
import { download, sizeOf } from '../download/download.ts'
import { ruleOf } from './rule-of.ts'

export interface FetchFileOptions {
  /** Bytes that are there; fewer than before when the file begins anew. */
  readonly onProgress: (done: number) => void
  /** A source is given up for the next one. */
  readonly onFailed: (problem: Problem) => void
  readonly signal?: AbortSignal | undefined
  /** How long a server may say nothing. */
  readonly idleMs: number
  /** Bytes a second, over the whole file, below which the next source is tried. */
  readonly leastRate: number
  /** What one source may take, however small the file. */
  readonly leastTimeMs: number
}

/** What a timer can wait for. */
const MOST_TIME_MS = 2 ** 31 - 1

const REMEDY =
  'ask whoever made the swarm for a source that works, or get the file and give its folder in data.path'

const attempt = async (
  url: string,
  file: PublicFile,
  path: string,
  options: FetchFileOptions
): Promise<Problem | null> => {
  const { bytes } = file
  const { onProgress, signal, idleMs, leastRate, leastTimeMs } = options
  const milliseconds = Math.max(leastTimeMs, (1000 * bytes) / leastRate)
  const tooSlow = AbortSignal.timeout(Math.min(MOST_TIME_MS, Math.ceil(milliseconds)))
  const source = { url: new URL(url), file, remedy: REMEDY }
  const either = signal === undefined ? tooSlow : AbortSignal.any([signal, tooSlow])
  try {
    const isWhole = async (): Promise<boolean> => (await ruleOf(path, file)) === null
    await download(source, path, { onProgress, signal: either, idleMs, isWhole })
    return null
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof InvalidInputError) return error.problems[0]!
    if (!tooSlow.aborted) throw error
    const rule = `must give ${bytes} bytes within ${Math.round(milliseconds / 1000)} s`
    return { path: url, rule, remedy: REMEDY }
  }
}

/**
 * Fetches a file of a public dataset to `path`, from the first of its sources that has it; each goes on
 * where the one before it has stopped. It appears there whole and verified, or not at all.
 *
 * @throws InvalidInputError with what is wrong with every source
 */
export const fetchPublicFile = async (
  file: PublicFile,
  path: string,
  options: FetchFileOptions
): Promise<void> => {
  const problems: Problem[] = []
  for (const url of file.urls) {
    const before = await sizeOf(`${path}.part`)
    let problem = await attempt(url, file, path, options)
    // What an earlier source has left may be to blame: this one may begin anew.
    const discarded = before > 0 && (await sizeOf(`${path}.part`)) === 0
    if (problem !== null && discarded) problem = await attempt(url, file, path, options)
    if (problem === null) return
    problems.push(problem)
    options.onFailed(problem)
  }
  throw new InvalidInputError(problems)
}
