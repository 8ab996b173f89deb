import { createHash } from 'node:crypto'
import { type DataFile, eachChunk } from './data-file.ts'
import { refuse } from './refuse.ts'

/** SHA-256 of a file's content, unpacked where it is packed. Hexadecimal. */
const digestOf = async (file: DataFile): Promise<string> => {
  const hash = createHash('sha256')
  await eachChunk(file, (chunk) => void hash.update(chunk))
  return hash.digest('hex')
}

/**
 * SHA-256 of a dataset's files: of a single file its own; of several that of the lines which `sha256sum`
 * writes of them, in the order of their names' bytes.
 */
export const hashOfFiles = async (files: readonly DataFile[]): Promise<string> => {
  if (files.length === 1) return digestOf(files[0]!)
  const sorted = files.toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
  const hash = createHash('sha256')
  for (const file of sorted) hash.update(`${await digestOf(file)}  ${file.name}\n`)
  return hash.digest('hex')
}

/** @throws InvalidInputError where the files are not those that are meant */
export const checkHash = async (
  path: string,
  files: readonly DataFile[],
  expected: string
): Promise<void> => {
  const found = await hashOfFiles(files)
  if (found === expected) return
  const rule = `must have the SHA-256 ${expected} that data.sha256 says, has ${found}`
  refuse(path, rule, 'get the files that are meant; if these are they, correct data.sha256')
}
