import { access, constants, statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { isThere } from '../../data/files/is-there.ts'
import type { DiskCheck } from '../../report/checkup.ts'
import { codeOf } from '../../storage/disk-error.ts'

/** The folder itself, or the nearest above it that is there: where it would be made. */
const existing = async (folder: string): Promise<string> => {
  const there = await isThere(folder)
  const parent = dirname(folder)
  return there || parent === folder ? folder : existing(parent)
}

/** Whether a peer could keep its files in a folder, and how much room is left there. Never rejects. */
export const examineDisk = async (folder: string): Promise<DiskCheck> => {
  const whole = resolve(folder)
  const place = await existing(whole)
  // A user's quota is not told; root may use what is reserved, others may not.
  const freeBytes = await statfs(place).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null
  )
  try {
    await access(place, constants.W_OK | constants.X_OK)
    return { folder: whole, freeBytes, reason: null }
  } catch (error) {
    return { folder: whole, freeBytes, reason: `${place} cannot be written to: ${codeOf(error)}` }
  }
}
