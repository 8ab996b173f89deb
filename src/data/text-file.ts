import { join } from 'node:path'
import { type DataFile, findFile } from './files/data-file.ts'
import { isFolder, listFolder } from './files/folder.ts'
import { refuse } from './files/refuse.ts'

const ENDING = '.txt'
const REMEDY = `pass a text, or a folder with one ${ENDING} in it: --set data.path=FILE`

const fileIn = async (folder: string): Promise<string> => {
  const entries = await listFolder(folder, REMEDY)
  const names = entries.map(({ name }) => name).filter((name) => name.endsWith(ENDING))
  if (names.length === 1) return join(folder, names[0]!)
  const rule = `must hold exactly one ${ENDING} file, holds ${names.length}`
  return refuse(folder, rule, names.length === 0 ? REMEDY : 'pass the one that is meant')
}

/** The text at `path`: a file, or the only one that ends in .txt in a folder. */
export const findText = async (path: string | null): Promise<DataFile> => {
  if (path === null) return refuse('data.path', 'must name the text', REMEDY)
  return findFile((await isFolder(path)) ? await fileIn(path) : path, REMEDY)
}
