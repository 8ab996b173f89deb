import { open } from 'node:fs/promises'
import { InvalidInputError } from '../errors.ts'
import { verifyEnvelope } from '../network/door/verify-envelope.ts'
import { MAX_ENVELOPE_BYTES, type SignedManifest } from '../swarm/envelope.ts'

const refuse = (path: string, rule: string, remedy: string, cause?: unknown): never => {
  throw new InvalidInputError([{ path, rule, remedy }], { cause })
}

const read = async (path: string): Promise<Buffer> => {
  const file = await open(path)
  try {
    const info = await file.stat()
    const remedy = 'give a link, or the file that swarmgrad swarm create has written'
    if (!info.isFile()) return refuse(path, 'is no file', remedy)
    if (info.size > MAX_ENVELOPE_BYTES) return refuse(path, 'is too large for a manifest', remedy)
    return await file.readFile()
  } finally {
    await file.close()
  }
}

/** The manifest in a file, with its creator's signature checked. @throws InvalidInputError */
export const readEnvelopeFile = async (path: string): Promise<SignedManifest> => {
  const bytes = await read(path).catch((error: unknown) => {
    if (error instanceof InvalidInputError) throw error
    const { code } = error as NodeJS.ErrnoException
    const rule = code === 'ENOENT' ? 'is neither a link nor a file' : `cannot be read: ${code}`
    const remedy = 'give a link in quotes, or the file that swarmgrad swarm create has written'
    return refuse(path.slice(0, 200), rule, remedy, error)
  })
  const { signed, problems } = await verifyEnvelope(bytes, null)
  if (signed !== null) return signed
  throw new InvalidInputError(
    problems.map(({ path: place, ...rest }) => ({ path: `${path}: ${place}`, ...rest }))
  )
}
