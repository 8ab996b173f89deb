/** The key of who makes swarms: it signs manifests and invites. */
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { InvalidInputError } from '../errors.ts'
import { dataFolder } from './data-folder.ts'
import { cannotWrite } from './disk-error.ts'
import { readSeed, SEED_BYTES, saveSeed } from './seed-file.ts'

const WORDS = {
  what: "a creator's key",
  damaged:
    'restore the file; one that is made anew can make no invites to the swarms of the old one'
}

export const creatorKeyFile = (): string => join(dataFolder(), 'creator.key')

export interface CreatorKey {
  readonly path: string
  /** 32 bytes. */
  readonly seed: Uint8Array
  /** It was not there before. */
  readonly isNew: boolean
}

/** Null: there is none. @throws InvalidInputError when the file is no key, or is open to others */
export const readCreatorKey = async (path = creatorKeyFile()): Promise<CreatorKey | null> => {
  const seed = await readSeed(path, WORDS)
  return seed && { path, seed, isNew: false }
}

/** Made on first use. @throws InvalidInputError when it is no key, is open to others, or cannot be made */
export const loadCreatorKey = async (path = creatorKeyFile()): Promise<CreatorKey> => {
  const kept = await readCreatorKey(path)
  if (kept !== null) return kept
  const seed = randomBytes(SEED_BYTES)
  try {
    await mkdir(dirname(path), { recursive: true })
    await saveSeed(path, seed)
    return { path, seed, isNew: true }
  } catch (error) {
    throw error instanceof InvalidInputError ? error : cannotWrite(path, error)
  }
}
