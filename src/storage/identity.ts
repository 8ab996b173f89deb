import { randomBytes } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidInputError, type Problem } from '../errors.ts'
import { createPrivateFile } from './atomic-file.ts'
import { cannotRead, cannotWrite, codeOf } from './disk-error.ts'

const IDENTITY_FILE = 'identity.key'
const SEED_BYTES = 32
const OTHERS = 0o077

export const saveIdentity = (folder: string, seed: Uint8Array): Promise<void> =>
  createPrivateFile(join(folder, IDENTITY_FILE), seed)

interface Found {
  readonly size: number
  readonly mode: number
  readonly isFile: boolean
}

const problemsOf = (path: string, { size: bytes, mode, isFile }: Found): Problem[] => {
  if (!isFile) return [{ path, rule: 'is not a file', remedy: 'move it away' }]
  const problems: Problem[] = []
  if (bytes !== SEED_BYTES) {
    problems.push({
      path,
      rule: `an identity is ${SEED_BYTES} bytes, this file has ${bytes}`,
      remedy: 'restore the file, or remove it to become a new peer'
    })
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

/** Null: there is none. */
const readKey = async (path: string): Promise<Uint8Array | null> => {
  try {
    const file = await open(path)
    try {
      const stats = await file.stat()
      const { size, mode } = stats
      const problems = problemsOf(path, { size, mode, isFile: stats.isFile() })
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

/**
 * The peer's Ed25519 seed, 32 bytes; made on first use, readable by its owner only.
 * @throws InvalidInputError when the file is not one, is open to others, or cannot be read or made
 */
export const loadIdentity = async (folder: string): Promise<Uint8Array> => {
  const path = join(folder, IDENTITY_FILE)
  try {
    await mkdir(folder, { recursive: true })
    const kept = await readKey(path)
    if (kept !== null) return kept
    const seed = randomBytes(SEED_BYTES)
    await saveIdentity(folder, seed)
    return seed
  } catch (error) {
    throw error instanceof InvalidInputError ? error : cannotWrite(path, error)
  }
}
