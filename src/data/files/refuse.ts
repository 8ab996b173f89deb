import { InvalidInputError } from '../../errors.ts'

/** Throws the one problem that makes a file unusable. */
export const refuse = (path: string, rule: string, remedy: string, cause?: unknown): never => {
  throw new InvalidInputError([{ path, rule, remedy }], { cause })
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'not a folder',
  EACCES: 'may not be read'
}

/** What the file system says, as a rule. */
export const ruleOf = (error: unknown): string => {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException
  return REASONS[code] ?? `cannot be read (${code})`
}

/** What a file says, shown: short, and without characters that a terminal would obey. */
export const quote = (text: string): string => {
  const plain = text.replaceAll(/\p{C}/gu, '?')
  return `'${plain.length > 40 ? `${plain.slice(0, 39)}…` : plain}'`
}
