import type { PublicFile } from '../../swarm/sharing.ts'
import { hashOf, sizeOf } from '../download/download.ts'
import { isThere } from '../files/is-there.ts'

/** Why what lies there is not the file; null: it is. */
export const ruleOf = async (
  path: string,
  { bytes, sha256 }: PublicFile
): Promise<string | null> => {
  if (!(await isThere(path))) return 'must be there'
  const size = await sizeOf(path)
  if (size !== bytes) return `must be ${bytes} bytes long, is ${size}`
  const found = await hashOf(path)
  return found === sha256 ? null : `must have the SHA-256 ${sha256}, has ${found}`
}
