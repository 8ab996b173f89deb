import { InvalidInputError, RunFailedError } from '../errors.ts'

export const codeOf = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code ?? String((error as Error).message)

/** What an operator can do about a disk that refuses. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space',
  EDQUOT: "the user's quota is used up: free some space, or raise it",
  EROFS: 'the file system is read-only: mount it writable',
  EACCES: 'give the user of this peer the right to write there',
  EPERM: 'give the user of this peer the right to write there',
  EIO: 'the disk fails: look at the log of the system, and move the state folder to another disk',
  ENOENT: 'the folder is gone: put it back',
  EMFILE: 'too many files are open: raise the limit (ulimit -n)'
}

const remedyOf = (code: string): string =>
  REMEDIES[code] ?? 'make the folder writable, with some free space'

/** A write that failed while the peer runs: nothing that was kept before is lost, and it may be tried again. */
export const cannotKeep = (what: string, path: string, cause: unknown): RunFailedError => {
  const code = codeOf(cause)
  return new RunFailedError(`cannot keep ${what} in ${path}: ${code} (${remedyOf(code)})`, {
    cause
  })
}

export const unusable = (path: string, rule: string, remedy: string, cause?: unknown) =>
  new InvalidInputError([{ path, rule, remedy }], { cause })

export const cannotWrite = (path: string, cause: unknown): InvalidInputError => {
  const code = codeOf(cause)
  return unusable(path, `cannot be written to: ${code}`, remedyOf(code), cause)
}

export const cannotRead = (path: string, cause: unknown): InvalidInputError => {
  const remedy = 'make it readable and writable by the user of this peer'
  return unusable(path, `cannot be read: ${codeOf(cause)}`, remedy, cause)
}
