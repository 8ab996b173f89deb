import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidInputError } from '../../errors.ts'
import { isThere } from '../files/is-there.ts'
import { download } from './download.ts'
import type { RemoteFile } from './request.ts'

/** Bytes of all files that had to be fetched. */
export interface Progress {
  readonly done: number
  readonly total: number
}

export interface FetchOptions {
  /** The address that the files' names are appended to. */
  readonly base: string
  /** Where they are kept; made where it is missing. */
  readonly folder: string
  /** What a reader without a connection can do instead. */
  readonly remedy: string
  readonly onProgress?: ((progress: Progress) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** How long a server may say nothing. @default 30_000 */
  readonly idleMs?: number | undefined
}

const IDLE_MS = 30_000

const parseBase = (base: string): URL => {
  const fault = (rule: string): never => {
    const remedy = 'give an address such as https://example.org/mnist/'
    throw new InvalidInputError([{ path: 'data.url', rule, remedy }])
  }
  if (!URL.canParse(base)) return fault('must be an address')
  const url = new URL(base)
  if (!/^https?:$/.test(url.protocol)) return fault('must be an http or https address')
  // It would be printed with every error; and fetch refuses it.
  if (url.username !== '' || url.password !== '') return fault('must hold no user or password')
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

/** What the file system says, as the problem of a folder that one can change. */
export const refuseFolder = (folder: string, error: unknown): never => {
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === undefined || syscall === undefined) throw error
  const rule = `must be a folder that files can be kept in (${code})`
  const remedy = 'make room or give rights there, or name another folder in SWARMGRAD_CACHE'
  throw new InvalidInputError([{ path: folder, rule, remedy }], { cause: error })
}

/**
 * Fetches those of the files that are not in the folder yet, one after the other.
 *
 * @throws InvalidInputError when one cannot be had or kept.
 */
export const fetchFiles = async (
  files: readonly RemoteFile[],
  { base, folder, remedy, onProgress, signal, idleMs = IDLE_MS }: FetchOptions
): Promise<void> => {
  const there = await Promise.all(files.map(({ name }) => isThere(join(folder, name))))
  const missing = files.filter((_, i) => !there[i])
  const total = missing.reduce((sum, { bytes }) => sum + bytes, 0)
  const url = parseBase(base)
  let before = 0
  try {
    if (missing.length > 0) await mkdir(folder, { recursive: true })
    for (const file of missing) {
      const source = { url: new URL(encodeURIComponent(file.name), url), file, remedy }
      const report = (done: number): void => onProgress?.({ done: before + done, total })
      await download(source, join(folder, file.name), { onProgress: report, signal, idleMs })
      before += file.bytes
      report(0)
    }
  } catch (error) {
    if (error instanceof InvalidInputError) throw error
    refuseFolder(folder, error)
  }
}
