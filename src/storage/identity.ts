import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidInputError } from '../errors.ts'
import { createPrivateFile } from './atomic-file.ts'

const IDENTITY_FILE = 'identity.key'
const SEED_BYTES = 32

export const saveIdentity = (folder: string, seed: Uint8Array): Promise<void> =>
  createPrivateFile(join(folder, IDENTITY_FILE), seed)

/** The peer's Ed25519 seed, 32 bytes; made on first use, readable by its owner only. */
export const loadIdentity = async (folder: string): Promise<Uint8Array> => {
  await mkdir(folder, { recursive: true })
  const path = join(folder, IDENTITY_FILE)
  const kept = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (kept === null) {
    const seed = randomBytes(SEED_BYTES)
    await saveIdentity(folder, seed)
    return seed
  }
  if (kept.byteLength !== SEED_BYTES) {
    throw new InvalidInputError([
      {
        path,
        rule: `an identity is ${SEED_BYTES} bytes, this file has ${kept.byteLength}`,
        remedy: 'restore the file, or remove it to become a new peer'
      }
    ])
  }
  return kept
}
