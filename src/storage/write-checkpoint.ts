/**
 * Writes a checkpoint: a folder that is there as a whole or not at all. Vectors go to the disk from
 * where they lie, a piece at a time, so that the event loop is never held up for long.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Checkpoint } from '../strategy/strategy.ts'
import type { Layout } from '../vector/layout.ts'
import type { SavedVector } from '../vector/saved.ts'
import { cborParts } from './cbor-parts.ts'
import {
  checkpointDocument,
  DOCUMENT,
  type FileDigest,
  PROTOCOL,
  REPLICA,
  STATE
} from './checkpoint-document.ts'
import { type Files, PART, syncFolder, writeAll } from './files.ts'
import { tensorsOf } from './replica-file.ts'
import { type Metadata, safetensorsParts, type Tensors } from './safetensors-format.ts'
import { numbered, type StateOwner } from './state-names.ts'

/** Hashed and written at a time: a fraction of a millisecond of the event loop. */
const PIECE = 256 * 1024

function* piecesOf(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const part of parts) {
    for (let at = 0; at < part.length; at += PIECE) yield part.subarray(at, at + PIECE)
  }
}

const writeNew = async (
  files: Files,
  path: string,
  parts: readonly Uint8Array[]
): Promise<FileDigest> => {
  const hash = createHash('sha256')
  let bytes = 0
  const file = await files.open(path, 'wx')
  try {
    for (const piece of piecesOf(parts)) {
      hash.update(piece)
      await writeAll(file, piece, bytes)
      bytes += piece.length
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** Every vector as a tensor of one dimension; the widest numbers first, so that all are aligned. */
const stateTensors = (vectors: Readonly<Record<string, SavedVector>>): Tensors =>
  Object.fromEntries(
    Object.entries(vectors)
      .filter(([name]) => name !== 'replica')
      .sort(([, a], [, b]) => b.BYTES_PER_ELEMENT - a.BYTES_PER_ELEMENT)
      .map(([name, data]) => [name, { shape: [data.length], data }])
  )

const protocolParts = (record: Checkpoint): readonly Uint8Array[] => {
  const { compute, ...rest } = record
  return cborParts({ ...rest, compute: { data: compute.data } })
}

export interface CheckpointPlace {
  readonly files: Files
  /** Of all checkpoints of this owner. */
  readonly folder: string
  readonly owner: StateOwner
  readonly layout: Layout
  readonly program: string
  /** Words for replica.safetensors. */
  readonly metadata: Metadata
}

/** @throws RangeError when the replica is not one of this layout */
const replicaTensors = ({ compute }: Checkpoint, layout: Layout): Tensors => {
  const { replica } = compute.vectors
  if (!(replica instanceof Float32Array) || replica.length !== layout.length) {
    throw new RangeError(`a checkpoint needs a float32 replica of ${layout.length} parameters`)
  }
  return tensorsOf(layout, replica)
}

/** Its folder, and the bytes that it takes. */
export const writeCheckpoint = async (
  place: CheckpointPlace,
  number: number,
  record: Checkpoint
): Promise<{ readonly path: string; readonly bytes: number }> => {
  const { files, folder, owner, layout, program } = place
  const { round } = record
  const metadata = { ...place.metadata, manifest: owner.manifest, round: String(round) }
  const path = join(folder, numbered(number))
  const part = `${path}${PART}`
  const write = (name: string, parts: readonly Uint8Array[]): Promise<FileDigest> =>
    writeNew(files, join(part, name), parts)
  try {
    const replica = safetensorsParts(replicaTensors(record, layout), { format: 'pt', ...metadata })
    const protocol = protocolParts(record)
    await files.mkdir(part)
    const written = {
      [REPLICA]: await write(REPLICA, replica),
      [STATE]: await write(STATE, safetensorsParts(stateTensors(record.compute.vectors))),
      [PROTOCOL]: await write(PROTOCOL, protocol)
    }
    const text = checkpointDocument({ owner, number, round, program, files: written })
    const document = await write(DOCUMENT, [Buffer.from(text)])
    await syncFolder(part, files)
    await files.rename(part, path)
    await syncFolder(folder, files)
    const sizes = [document, ...Object.values(written)].map(({ bytes }) => bytes)
    return { path, bytes: sizes.reduce((sum, bytes) => sum + bytes, 0) }
  } catch (error) {
    await files.rm(part, { recursive: true, force: true }).catch(() => {})
    throw error
  }
}
