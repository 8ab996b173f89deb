import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

const PRIVATE = 0o600
const SHARED = 0o666

/** A name in a folder outlives a crash of the machine once the folder has been written, too. */
const syncFolder = async (path: string): Promise<void> => {
  // There, folders cannot be opened.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/**
 * Writes a file so that readers see the old content or the new one, never a part, and that a crash does
 * not bring the old one back: temp, fsync, rename, fsync of the folder.
 */
export const writeFileAtomic = async (
  path: string,
  content: string | Uint8Array,
  mode = SHARED
): Promise<void> => {
  // Nobody else's: two writes at the same time must not share it, nor may it be a link laid in wait.
  const temporary = `${path}.${randomUUID()}.part`
  try {
    const file = await open(temporary, 'wx', mode)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** The same, readable by its owner only. */
export const createPrivateFile = (path: string, content: Uint8Array): Promise<void> =>
  writeFileAtomic(path, content, PRIVATE)
