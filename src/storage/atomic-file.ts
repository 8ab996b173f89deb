import { open, rename, rm } from 'node:fs/promises'

const PRIVATE = 0o600
const SHARED = 0o666

let writes = 0

/** Writes a file so that readers see the old content or the new one, never a part: temp, fsync, rename. */
export const writeFileAtomic = async (
  path: string,
  content: string | Uint8Array,
  mode = SHARED
): Promise<void> => {
  // Two writes of one file at the same time must not share it.
  const temporary = `${path}.${process.pid}.${writes++}.part`
  try {
    const file = await open(temporary, 'w', mode)
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
