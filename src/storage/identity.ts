import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidInputError } from '../errors.ts'
import { cannotWrite } from './disk-error.ts'
import { readSeed, SEED_BYTES, saveSeed } from './seed-file.ts'

const IDENTITY_FILE = 'identity.key'
const WORDS = {
  what: 'an identity',
  damaged: 'restore the file, or remove it to become a new peer'
}

export const saveIdentity = (folder: string, seed: Uint8Array): Promise<void> =>
  saveSeed(join(folder, IDENTITY_FILE), seed)

/**
 * The peer's Ed25519 seed, 32 bytes; made on first use, readable by its owner only.
 * @throws InvalidInputError when the file is not one, is open to others, or cannot be read or made
 */
export const loadIdentity = async (folder: string): Promise<Uint8Array> => {
  const path = join(folder, IDENTITY_FILE)
  try {
    await mkdir(folder, { recursive: true })
    const kept = await readSeed(path, WORDS)
    if (kept !== null) return kept
    const seed = randomBytes(SEED_BYTES)
    await saveIdentity(folder, seed)
    return seed
  } catch (error) {
    throw error instanceof InvalidInputError ? error : cannotWrite(path, error)
  }
}
