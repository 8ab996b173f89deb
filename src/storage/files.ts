import * as fs from 'node:fs/promises'
import { join } from 'node:path'

/** What writing a state needs of a file system. Tests give one that fails. */
export type Files = Pick<typeof fs, 'mkdir' | 'open' | 'rename' | 'rm'>

export const FILES: Files = fs

/** A name in a folder outlives a crash of the machine once the folder has been written, too. */
export const syncFolder = async (path: string, files = FILES): Promise<void> => {
  // There, folders cannot be opened.
  if (process.platform === 'win32') return
  const folder = await files.open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** A nearly full disk may take less than it was given. */
export const writeAll = async (
  file: fs.FileHandle,
  bytes: Uint8Array,
  position: number
): Promise<void> => {
  for (let done = 0; done < bytes.length; ) {
    const left = bytes.length - done
    done += (await file.write(bytes, done, left, position + done)).bytesWritten
  }
}

/** What is being written, or on its way out. */
export const PART = '.part'

/** Throws away what a crash has left unfinished. */
export const clearParts = async (
  folder: string,
  names: readonly string[],
  files = FILES
): Promise<void> => {
  for (const name of names) {
    if (!name.endsWith(PART)) continue
    await files.rm(join(folder, name), { recursive: true, force: true }).catch(() => {})
  }
}
