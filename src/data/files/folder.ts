import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { refuse, ruleOf } from './refuse.ts'

/** What is in a folder, by the bytes of the names. @throws InvalidInputError */
export const listFolder = async (folder: string, remedy: string): Promise<readonly Dirent[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException
    const rule = code === 'ENOENT' ? 'no such folder' : ruleOf(error)
    return refuse(folder, rule, remedy, error)
  })
  return entries.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
}

/** False also where there is nothing. */
export const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false
  )
