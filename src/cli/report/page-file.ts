import { constants } from 'node:fs'
import { access, open, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InvalidInputError, RunFailedError } from '../../errors.ts'
import { GENERATOR } from '../../report/page.ts'
import { writeFileAtomic } from '../../storage/atomic-file.ts'
import { reasonOf } from '../read-document.ts'

/** Our pages say what made them before anything else. */
const HEAD_BYTES = 512

const refusal = (file: string, rule: string, remedy: string): InvalidInputError =>
  new InvalidInputError([{ path: file === '' ? "''" : file, rule, remedy }])

const isOurs = async (file: string): Promise<boolean> => {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return buffer.toString('utf8', 0, bytesRead).includes(`content="${GENERATOR}"`)
  } finally {
    await handle.close()
  }
}

/**
 * Throws InvalidInputError where a page must not be written: over something that is no page of ours
 * (unless `force`), or where there is no folder for it.
 */
export const checkPageFile = async (file: string, force: boolean): Promise<void> => {
  const remedy = 'give a file in a folder that can be written: --out FILE'
  if (file === '') throw refusal(file, 'must not be empty', remedy)
  try {
    await access(dirname(file), constants.W_OK | constants.X_OK)
    const info = await stat(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (info === null) return
    if (!info.isFile()) throw refusal(file, 'must be a file', remedy)
    if (force || (await isOurs(file))) return
  } catch (error) {
    if (error instanceof InvalidInputError) throw error
    throw refusal(file, `cannot be written: ${reasonOf(error)}`, remedy)
  }
  throw refusal(
    file,
    'is there already, and is no report of swarmgrad',
    'give another file with --out, or overwrite it with --force'
  )
}

/** Removes an earlier page of ours; what comes now would not belong to it. */
export const removePage = async (file: string): Promise<void> => {
  const ours = await isOurs(file).catch(() => false)
  if (ours) await rm(file, { force: true })
}

export const writePage = (file: string, page: string): Promise<void> =>
  writeFileAtomic(file, page).catch((cause: unknown) => {
    throw new RunFailedError(`cannot write ${file}: ${reasonOf(cause)}`, { cause })
  })
