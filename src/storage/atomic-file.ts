import { randomUUID } from 'node:crypto'
import { dirname } from 'node:path'
import { FILES, PART, syncFolder } from './files.ts'

const PRIVATE = 0o600
const SHARED = 0o666

/**
 * Writes a file so that readers see the old content or the new one, never a part, and that a crash does
 * not bring the old one back: temp, fsync, rename, fsync of the folder.
 */
export const writeFileAtomic = async (
  path: string,
  content: string | Uint8Array,
  mode = SHARED,
  files = FILES
): Promise<void> => {
  // Nobody else's: two writes at the same time must not share it, nor may it be a link laid in wait.
  const temporary = `${path}.${randomUUID()}${PART}`
  try {
    const file = await files.open(temporary, 'wx', mode)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await files.rename(temporary, path)
    await syncFolder(dirname(path), files)
  } catch (error) {
    // What stopped the write may stop this, too; it is the write's error that counts.
    await files.rm(temporary, { force: true }).catch(() => {})
    throw error
  }
}

/** The same, readable by its owner only. */
export const createPrivateFile = (path: string, content: Uint8Array): Promise<void> =>
  writeFileAtomic(path, content, PRIVATE)
