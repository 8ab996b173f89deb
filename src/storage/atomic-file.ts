import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'

const PRIVATE = 0o600
const SHARED = 0o666

/** Writes a file so that readers see the old content or the new one, never a part: temp, fsync, rename. */
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
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** The same, readable by its owner only. */
export const createPrivateFile = (path: string, content: Uint8Array): Promise<void> =>
  writeFileAtomic(path, content, PRIVATE)
