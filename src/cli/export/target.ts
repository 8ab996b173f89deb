import { readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { InvalidInputError } from '../../errors.ts'
import { reasonOf } from '../read-document.ts'
import { checkFolder } from '../run-folder.ts'

const MODEL = 'model.json'

const refuse = (out: string, rule: string, remedy: string): never => {
  throw new InvalidInputError([{ path: `--out ${out === '' ? "''" : out}`, rule, remedy }])
}

const kindOf = async (out: string): Promise<'file' | 'folder' | null> => {
  try {
    return (await stat(out)).isDirectory() ? 'folder' : 'file'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    return refuse(out, `cannot be written: ${reasonOf(error)}`, 'give another path')
  }
}

const checkOverwrite = async (out: string, kind: 'file' | 'folder', wanted: string) => {
  if (kind !== wanted) return refuse(out, `is a ${kind}`, `give the path of a ${wanted}`)
  if (kind === 'file') return
  const names = await readdir(out)
  // Not any folder that somebody has written by mistake.
  if (names.length === 0 || names.includes(MODEL)) return
  refuse(out, 'is a folder without an earlier export in it', 'give another name')
}

/** @throws InvalidInputError where an export must not be written; makes nothing */
export const checkTarget = async (
  out: string,
  wanted: 'file' | 'folder',
  force: boolean
): Promise<void> => {
  if (out === '') refuse(out, 'must not be empty', 'give a path')
  const kind = await kindOf(out)
  if (kind !== null && !force) refuse(out, 'is there already', 'give another name, or --force')
  if (kind !== null) return checkOverwrite(out, kind, wanted)
  await checkFolder(dirname(resolve(out)))
}

export const modelJsonOf = (folder: string): string => join(folder, MODEL)
