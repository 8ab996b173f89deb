/** Reads a checkpoint back: all of it, or why not. Nothing is believed that its checksums do not say. */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { decode } from '@ipld/dag-cbor'
import { z } from 'zod'
import { InvalidInputError } from '../errors.ts'
import type { Checkpoint } from '../strategy/strategy.ts'
import type { Layout } from '../vector/layout.ts'
import type { SavedVector } from '../vector/saved.ts'
import {
  type CheckpointDocument,
  DOCUMENT,
  MAX_DOCUMENT,
  PROTOCOL,
  parseCheckpointDocument,
  REPLICA,
  STATE
} from './checkpoint-document.ts'
import { cannotRead, codeOf } from './disk-error.ts'
import { replicaOf } from './replica-file.ts'
import { parseSafetensors, type Tensors } from './safetensors-format.ts'

/** What is wrong, as a sentence: it cannot be used, and another one may be. */
export type Damage = { readonly damage: string }

/** Whatever its bytes are, these say that the file is not one; others, that we may not read it. */
const BROKEN = new Set(['ENOENT', 'EIO', 'EISDIR', 'ENOTDIR', 'ELOOP'])

/** @throws InvalidInputError when this user may not read it */
const readBounded = async (path: string, name: string, most: number): Promise<Buffer | Damage> => {
  try {
    const { size } = await stat(path)
    if (size > most) return { damage: `${name} has ${size} bytes instead of ${most}` }
    return await readFile(path)
  } catch (error) {
    const code = codeOf(error)
    if (BROKEN.has(code)) return { damage: `${name} cannot be read: ${code}` }
    throw cannotRead(path, error)
  }
}

const readDigested = async (
  folder: string,
  name: keyof CheckpointDocument['files'],
  { files }: CheckpointDocument
): Promise<Buffer | Damage> => {
  const { bytes, sha256 } = files[name]
  const content = await readBounded(join(folder, name), name, bytes)
  if ('damage' in content) return content
  if (content.length !== bytes) {
    return { damage: `${name} has ${content.length} bytes instead of ${bytes}` }
  }
  const hash = createHash('sha256').update(content).digest('hex')
  return hash === sha256 ? content : { damage: `${name} does not match its checksum` }
}

export const readDocument = async (folder: string): Promise<CheckpointDocument | Damage> => {
  const text = await readBounded(join(folder, DOCUMENT), DOCUMENT, MAX_DOCUMENT)
  if ('damage' in text) return text
  const document = parseCheckpointDocument(text.toString('utf8'))
  return typeof document === 'string' ? { damage: document } : document
}

/** What the checksums let through is what was written; it may still be of another program. */
const tensorsIn = (bytes: Buffer, name: string): Tensors | Damage => {
  try {
    return parseSafetensors(bytes, name).tensors
  } catch (error) {
    return damageOf(error)
  }
}

const damageOf = (error: unknown): Damage => {
  if (error instanceof InvalidInputError) {
    const [problem] = error.problems
    return { damage: `${problem?.path}: ${problem?.rule}` }
  }
  return { damage: codeOf(error).slice(0, 200) }
}

const isDamage = (read: object): read is Damage =>
  'damage' in read && typeof read.damage === 'string'

/** The tensors of the replica, by the names of the model. */
export const readReplica = async (
  folder: string,
  document: CheckpointDocument
): Promise<{ readonly tensors: Tensors } | Damage> => {
  const bytes = await readDigested(folder, REPLICA, document)
  if ('damage' in bytes) return bytes
  const tensors = tensorsIn(bytes, REPLICA)
  return isDamage(tensors) ? tensors : { tensors }
}

const protocolSchema = z.looseObject({
  kind: z.literal('checkpoint'),
  round: z.int().min(0),
  compute: z.strictObject({ data: z.unknown() })
})

const protocolIn = (bytes: Buffer, round: number): z.output<typeof protocolSchema> | Damage => {
  try {
    const record = protocolSchema.parse(decode(new Uint8Array(bytes)))
    return record.round === round ? record : { damage: `${PROTOCOL} is of another round` }
  } catch {
    return { damage: `${PROTOCOL} does not hold a checkpoint` }
  }
}

/** The record as it was given to `writeCheckpoint`. @throws InvalidInputError when it may not be read */
export const readCheckpoint = async (
  folder: string,
  document: CheckpointDocument,
  layout: Layout
): Promise<Checkpoint | Damage> => {
  const replica = await readReplica(folder, document)
  if (isDamage(replica)) return replica
  const stateBytes = await readDigested(folder, STATE, document)
  if ('damage' in stateBytes) return stateBytes
  const protocolBytes = await readDigested(folder, PROTOCOL, document)
  if ('damage' in protocolBytes) return protocolBytes
  const state = tensorsIn(stateBytes, STATE)
  if (isDamage(state)) return state
  const record = protocolIn(protocolBytes, document.round)
  if (isDamage(record)) return record
  const vectors: Record<string, SavedVector> = {}
  try {
    vectors['replica'] = replicaOf(layout, replica.tensors, REPLICA)
  } catch (error) {
    return damageOf(error)
  }
  for (const [name, { data }] of Object.entries(state)) vectors[name] = data
  return { ...record, compute: { vectors, data: record.compute.data } }
}
