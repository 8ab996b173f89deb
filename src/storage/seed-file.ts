/** Files that hold the 32-byte seed of an Ed25519 key, readable by their owner only. */
import { open } from 'node:fs/promises'
import { InvalidInputError, type Problem } from '../errors.ts'
import { createPrivateFile } from './atomic-file.ts'
import { cannotRead, codeOf } from './disk-error.ts'

export const SEED_BYTES = 32
const OTHERS = 0o077

/** What the seed is for, in sentences. */
export interface SeedWords {
  /** `an identity` */
  readonly what: string
  /** What to do about a file that is damaged. */
  readonly damaged: string
}

interface Found {
  readonly size: number
  readonly mode: number
  readonly isFile: boolean
}

const problemsOf = (
  path: string,
  { size: bytes, mode, isFile }: Found,
  { what, damaged }: SeedWords
): Problem[] => {
  if (!isFile) return [{ path, rule: 'is not a file', remedy: 'move it away' }]
  const problems: Problem[] = []
  if (bytes !== SEED_BYTES) {
    const rule = `${what} is ${SEED_BYTES} bytes, this file has ${bytes}`
    problems.push({ path, rule, remedy: damaged })
  }
  // Windows has no such bits; there the folder's own rights decide.
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
    problems.push({
      path,
      rule: `may be read or written by others than its owner (mode 0${(mode & 0o777).toString(8)})`,
      remedy: `chmod 600 ${path}`
    })
  }
  return problems
}

/** Null: there is none. @throws InvalidInputError when it is no seed, open to others, or cannot be read */
export const readSeed = async (path: string, words: SeedWords): Promise<Uint8Array | null> => {
  try {
    const file = await open(path)
    try {
      const stats = await file.stat()
      const { size, mode } = stats
      const problems = problemsOf(path, { size, mode, isFile: stats.isFile() }, words)
      if (problems.length > 0) throw new InvalidInputError(problems)
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error instanceof InvalidInputError ? error : cannotRead(path, error)
  }
}

export const saveSeed = (path: string, seed: Uint8Array): Promise<void> =>
  createPrivateFile(path, seed)
