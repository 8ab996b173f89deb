import { createHash } from 'node:crypto'
import { mkdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidInputError, type Problem } from '../../errors.ts'
import type { PublicFile, Sharing } from '../../swarm/sharing.ts'
import { cacheFolder } from '../download/cache-folder.ts'
import { sizeOf } from '../download/download.ts'
import { type Progress, refuseFolder } from '../download/fetch-files.ts'
import { isFolder } from '../files/folder.ts'
import { fetchPublicFile } from './fetch-file.ts'
import { ruleOf } from './rule-of.ts'

export interface PublicFolderOptions {
  /** Where fetched files are kept. @default cacheFolder() */
  readonly cache?: string
  readonly onProgress?: (progress: Progress) => void
  /** A source is given up for the next one. */
  readonly onFailed?: (problem: Problem) => void
  readonly signal?: AbortSignal
  /** How long a server may say nothing. @default 30_000 */
  readonly idleMs?: number
  /** Bytes a second, over a whole file, below which the next source is tried. @default 8192 */
  readonly leastRate?: number
  /** What one source of a file may take in any case. @default 60_000 */
  readonly leastTimeMs?: number
}

const DEFAULTS = { idleMs: 30_000, leastRate: 8192, leastTimeMs: 60_000 }

/** The folder, or the file, that a member has by itself: it must hold what the others have. */
const checkOwn = async (path: string, files: readonly PublicFile[]): Promise<void> => {
  const inFolder = await isFolder(path)
  const problems: Problem[] = []
  for (const file of files) {
    const at = inFolder || files.length > 1 ? join(path, file.name) : path
    const rule = await ruleOf(at, file)
    const remedy = 'get the file that the manifest names, or give no data.path to have it fetched'
    if (rule !== null) problems.push({ path: at, rule, remedy })
  }
  if (problems.length > 0) throw new InvalidInputError(problems)
}

/** Files of other swarms never lie in the same folder, unless they are the same. */
const folderOf = (cache: string, files: readonly PublicFile[]): string => {
  const names = files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).sort()
  const digest = createHash('sha256').update(names.join('')).digest('hex')
  return join(cache, 'public', digest.slice(0, 32))
}

const checkRoom = async (folder: string, bytes: number): Promise<void> => {
  // Some file systems cannot say it.
  const room = await statfs(folder).catch(() => null)
  if (room === null || room.bavail * room.bsize >= bytes) return
  const free = Math.floor(room.bavail * room.bsize)
  const rule = `must have room for ${bytes} bytes of public data, has ${free}`
  const remedy = 'make room there, or name another folder in SWARMGRAD_CACHE'
  throw new InvalidInputError([{ path: folder, rule, remedy }])
}

/** Others may be fetching the same ones: only who holds a file's lock removes what is damaged. */
const missingOf = async (
  folder: string,
  files: readonly PublicFile[]
): Promise<readonly PublicFile[]> => {
  const missing: PublicFile[] = []
  for (const file of files) {
    if ((await ruleOf(join(folder, file.name), file)) !== null) missing.push(file)
  }
  return missing
}

const fetchAll = async (
  folder: string,
  files: readonly PublicFile[],
  options: PublicFolderOptions
): Promise<void> => {
  const { onProgress, onFailed = () => undefined, signal } = options
  const { idleMs, leastRate, leastTimeMs } = { ...DEFAULTS, ...options }
  await mkdir(folder, { recursive: true })
  const missing = await missingOf(folder, files)
  const parts = await Promise.all(missing.map(({ name }) => sizeOf(join(folder, `${name}.part`))))
  const total = missing.reduce((sum, { bytes }) => sum + bytes, 0)
  const begun = parts.reduce((sum, bytes) => sum + bytes, 0)
  if (total > begun) await checkRoom(folder, total - begun)
  let before = 0
  for (const file of missing) {
    await fetchPublicFile(file, join(folder, file.name), {
      onProgress: (done) => onProgress?.({ done: before + done, total }),
      onFailed,
      signal,
      idleMs,
      leastRate,
      leastTimeMs
    })
    before += file.bytes
  }
}

/**
 * The folder with the files that a manifest lists: fetched into the cache where `dataPath` is null, and
 * verified in either case. Where a manifest lists none it is `dataPath`.
 *
 * @throws InvalidInputError with what is wrong with the files, or with every source of one
 */
export const publicFolder = async (
  sharing: Sharing,
  dataPath: string | null,
  options: PublicFolderOptions = {}
): Promise<string | null> => {
  if (sharing.kind !== 'public' || sharing.files.length === 0) return dataPath
  const { files } = sharing
  if (dataPath !== null) {
    await checkOwn(dataPath, files)
    return dataPath
  }
  const folder = folderOf(options.cache ?? cacheFolder(), files)
  try {
    await fetchAll(folder, files, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    if (error instanceof InvalidInputError) throw error
    refuseFolder(folder, error)
  }
  return folder
}
