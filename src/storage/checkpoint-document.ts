/** checkpoint.json: what a checkpoint is of, and what its files must be. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { cidOf } from '../swarm/cid.ts'
import type { StateOwner } from './state-names.ts'

export const CHECKPOINT_FORMAT = 'swarmgrad/checkpoint/1'
export const DOCUMENT = 'checkpoint.json'
export const REPLICA = 'replica.safetensors'
export const STATE = 'state.safetensors'
export const PROTOCOL = 'protocol.cbor'

export const MAX_DOCUMENT = 64 * 2 ** 10

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const fileSchema = z.strictObject({
  bytes: z
    .int()
    .min(0)
    .max(2 ** 31),
  sha256: hash
})

const documentSchema = z.strictObject({
  format: z.literal(CHECKPOINT_FORMAT),
  /** SHA-256 of the rest of this document, as JSON without white space in this order. */
  checksum: hash,
  manifest: z.strictObject({ cid: z.string(), hash }),
  self: z.string(),
  number: z.int().min(0),
  round: z.int().min(0),
  /** When it was written, ISO 8601; nothing depends on it. */
  time: z.string(),
  program: z.string(),
  files: z.strictObject({
    [REPLICA]: fileSchema,
    [STATE]: fileSchema,
    [PROTOCOL]: fileSchema.extend({
      bytes: z
        .int()
        .min(0)
        .max(2 ** 30)
    })
  })
})

export type CheckpointDocument = z.output<typeof documentSchema>
export type FileDigest = z.output<typeof fileSchema>

const checksumOf = ({ checksum: _, ...rest }: CheckpointDocument): string =>
  createHash('sha256').update(JSON.stringify(rest)).digest('hex')

interface Described {
  readonly owner: StateOwner
  readonly number: number
  readonly round: number
  readonly program: string
  readonly files: CheckpointDocument['files']
}

export const checkpointDocument = (described: Described): string => {
  const { owner, number, round, program, files } = described
  const document: CheckpointDocument = {
    format: CHECKPOINT_FORMAT,
    checksum: '',
    manifest: { cid: cidOf(owner.manifest), hash: owner.manifest },
    self: owner.self,
    number,
    round,
    time: new Date().toISOString(),
    program,
    files
  }
  const whole = { ...document, checksum: checksumOf(document) }
  return `${JSON.stringify(whole, null, 2)}\n`
}

/** The document, or what is wrong with it. */
export const parseCheckpointDocument = (text: string): CheckpointDocument | string => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return `${DOCUMENT} is not JSON`
  }
  const format = (json as { format?: unknown } | null)?.format
  if (typeof format === 'string' && /^swarmgrad\/checkpoint\/\d+$/.test(format)) {
    if (format !== CHECKPOINT_FORMAT) return `${DOCUMENT} is of another version: ${format}`
  }
  const parsed = documentSchema.safeParse(json)
  if (!parsed.success) return `${DOCUMENT} does not describe a checkpoint`
  const document = parsed.data
  if (document.checksum !== checksumOf(document)) return `${DOCUMENT} does not match its checksum`
  return document
}
