import { readFile, stat } from 'node:fs/promises'
import { InvalidInputError } from '../errors.ts'

const MIB = 1 << 20
/** A scenario or a config is a page of text; anything larger is another kind of file. */
const MAX_MIB = 1

/** What some editors put before UTF-8 text, and JSON.parse refuses. */
const BYTE_ORDER_MARK = /^\uFEFF/

const refuse = (path: string, rule: string, remedy: string): never => {
  throw new InvalidInputError([{ path: path === '' ? "''" : path, rule, remedy }])
}

/** The reason in words, without the call and the path that Node adds: `permission denied`. */
export const reasonOf = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error)
  return /^[A-Z]+: (.*?), \w+( |$)/.exec(text)?.[1] ?? text
}

/** Reads a JSON document. @throws InvalidInputError when there is none. */
export const readDocument = async (path: string, maxMib = MAX_MIB): Promise<unknown> => {
  let text: string
  try {
    // Asked before it is opened: opening a pipe would wait for its writer.
    const info = await stat(path)
    if (!info.isFile()) return refuse(path, 'must be a file', 'give the path of a JSON file')
    if (info.size > maxMib * MIB) {
      return refuse(path, `must be at most ${maxMib} MiB`, 'give a JSON document')
    }
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof InvalidInputError) throw error
    return refuse(path, `cannot be read: ${reasonOf(error)}`, 'check the path')
  }
  try {
    return JSON.parse(text.replace(BYTE_ORDER_MARK, ''))
  } catch (error) {
    return refuse(path, `must be valid JSON: ${reasonOf(error)}`, 'correct the syntax')
  }
}
