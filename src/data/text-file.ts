import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidInputError } from '../errors.ts'

/** Largest file that is read. */
const MAX_BYTES = 2 ** 27
const ENDING = '.txt'

const refuse = (path: string, rule: string, remedy: string, cause?: unknown): never => {
  throw new InvalidInputError([{ path, rule, remedy }], { cause })
}

const TEXT_REMEDY = `pass a text, or a folder with one ${ENDING} in it: --set data.path=FILE`

const fileIn = async (folder: string): Promise<string> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith(ENDING))
  if (names.length === 1) return join(folder, names[0]!)
  const rule = `must hold exactly one ${ENDING} file, holds ${names.length}`
  return refuse(folder, rule, names.length === 0 ? TEXT_REMEDY : 'pass the one that is meant')
}

const read = async (path: string): Promise<Uint8Array> => {
  const found = await stat(path)
  if (found.isDirectory()) return read(await fileIn(path))
  // Asked before it is opened: opening a pipe would wait for its writer.
  if (!found.isFile()) return refuse(path, 'must be a file', TEXT_REMEDY)
  if (found.size <= MAX_BYTES) return readFile(path)
  const rule = `must be at most ${MAX_BYTES} bytes long, is ${found.size}`
  return refuse(path, rule, 'cut the text')
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'may not be read'
}

/** The text at `path`: a UTF-8 file, or the only one that ends in .txt in a folder. */
export const readText = async (path: string | null): Promise<string> => {
  if (path === null) return refuse('data.path', 'must name the text', TEXT_REMEDY)
  const bytes = await read(path).catch((error: unknown) => {
    if (error instanceof InvalidInputError) throw error
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    return refuse(path, REASONS[code] ?? `cannot be read (${code})`, TEXT_REMEDY, error)
  })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    return refuse(path, 'must be UTF-8', 'convert it, for example with iconv -t utf-8', error)
  }
}
