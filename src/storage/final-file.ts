import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { fromBase64url, toBase64url } from '../swarm/base64url.ts'
import { writeFileAtomic } from './atomic-file.ts'
import { codeOf } from './disk-error.ts'

/** final.json: what a run has ended with, and who says so. */
export const FINAL_FILE = 'final.json'

const FORMAT = 'swarmgrad/final/1'
/** 4096 signatures. */
const MAX_BYTES = 1 << 20

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/)
const documentSchema = z.strictObject({
  format: z.literal(FORMAT),
  /** Hexadecimal hash of the manifest. */
  manifest: hashSchema,
  /** Of the replica. */
  hash: hashSchema,
  samples: z.int().min(0),
  signatures: z
    .array(
      z.strictObject({
        peer: z.string().max(100),
        /** 64 bytes, base64url. */
        signature: z.string().length(86)
      })
    )
    .max(4096)
})

export interface KeptFinal {
  /** Hexadecimal. */
  readonly manifest: string
  /** Hexadecimal. */
  readonly hash: string
  readonly samples: number
  readonly signatures: ReadonlyMap<string, Uint8Array<ArrayBuffer>>
}

export const writeFinal = (folder: string, kept: KeptFinal): Promise<void> => {
  const signatures = [...kept.signatures].map(([peer, signature]) => ({
    peer,
    signature: toBase64url(signature)
  }))
  const { manifest, hash, samples } = kept
  const document = { format: FORMAT, manifest, hash, samples, signatures }
  return writeFileAtomic(join(folder, FINAL_FILE), `${JSON.stringify(document, null, 2)}\n`)
}

/** Null: there is none. Nothing of it has been checked. `notice`: why what lies there is passed over. */
export const readFinal = async (
  folder: string
): Promise<{ readonly kept: KeptFinal | null; readonly notice: string | null }> => {
  const path = join(folder, FINAL_FILE)
  const passOver = (why: string) => ({ kept: null, notice: `${path} is passed over: ${why}` })
  try {
    const { size } = await stat(path)
    if (size > MAX_BYTES) return passOver(`it is larger than ${MAX_BYTES} bytes`)
    const { data } = documentSchema.safeParse(JSON.parse(await readFile(path, 'utf8')))
    if (data === undefined) return passOver('it is no such document')
    const signatures = data.signatures.flatMap(({ peer, signature }) => {
      const bytes = fromBase64url(signature)
      return bytes === null ? [] : [[peer, bytes] as const]
    })
    return { kept: { ...data, signatures: new Map(signatures) }, notice: null }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { kept: null, notice: null }
    return passOver(
      error instanceof SyntaxError ? 'it is no JSON' : `it cannot be read: ${codeOf(error)}`
    )
  }
}
