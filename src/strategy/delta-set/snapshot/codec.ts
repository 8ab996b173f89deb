/** Messages about snapshots on the wire: frame kinds 8 to 15 of delta-set (docs/protocol.md). */
import type { Bytes } from '../../../vector/vector.ts'
import type { ByteReader } from '../../../wire/byte-reader.ts'
import type { ByteWriter } from '../../../wire/byte-writer.ts'
import type { Channel } from '../../../wire/link-end.ts'
import { SIGNATURE_BYTES } from '../../strategy.ts'
import { HASH_BYTES } from '../chain.ts'
import { MAX_ORIGINS } from '../limits.ts'
import { CHUNK_BYTES } from '../replica-hash.ts'
import { chunkCount, chunkLength } from './chunks.ts'
import { type CutLine, REFUSALS, type SnapshotMessage } from './messages.ts'

export const SNAPSHOT_KIND = {
  restored: 8,
  'snapshot-ask': 9,
  'snapshot-offer': 10,
  'snapshot-confirm': 11,
  'snapshot-confirmed': 12,
  'snapshot-refused': 13,
  'chunk-ask': 14,
  chunk: 15
} as const

/** Offers refer to names that the control channel has brought. */
export const snapshotChannel = (kind: number): Channel | undefined => {
  if (kind < SNAPSHOT_KIND.restored || kind > SNAPSHOT_KIND.chunk) return undefined
  return kind === SNAPSHOT_KIND.chunk ? 'bulk' : 'control'
}

/** Honest numbers stay far below: one delta a millisecond for 30 years. */
const MAX_SEQ = 2 ** 40
const MAX_SAMPLES = 2 ** 50
const MAX_VARINT = 8
const LINE_BYTES = 3 * MAX_VARINT + HASH_BYTES

const writeLines = (writer: ByteWriter, lines: readonly CutLine[]): ByteWriter => {
  writer.varint(lines.length)
  for (const { origin, seq, samples, digest } of lines) {
    writer.varint(origin).varint(seq).varint(samples).bytes(digest)
  }
  return writer
}

export const isSnapshotMessage = (message: { kind: string }): message is SnapshotMessage =>
  message.kind in SNAPSHOT_KIND

export const writeSnapshotMessage = (writer: ByteWriter, message: SnapshotMessage): ByteWriter => {
  switch (message.kind) {
    case 'restored':
      return writer.varint(message.times)
    case 'snapshot-ask':
      return writer
    case 'snapshot-offer':
      writeLines(writer, message.lines)
      for (const hash of message.hashes) writer.bytes(hash)
      return writer.bytes(message.signature)
    case 'snapshot-confirm':
      return writeLines(writer, message.lines).bytes(message.root)
    case 'snapshot-confirmed':
      return writer
        .bytes(message.id)
        .bytes(message.signature)
        .varint(message.serves ? 1 : 0)
    case 'snapshot-refused':
      return writer.bytes(message.id).varint(REFUSALS.indexOf(message.reason))
    case 'chunk-ask':
      return writer.bytes(message.id).varint(message.index)
    case 'chunk':
      return writer.bytes(message.id).varint(message.index).bytes(message.bytes)
  }
}

/** Reads as many as are announced, but no more than there are bytes for. */
const readLines = (reader: ByteReader): readonly CutLine[] => {
  const count = reader.varint(MAX_ORIGINS)
  const lines: CutLine[] = []
  while (lines.length < count && !reader.failed) {
    lines.push({
      origin: reader.varint(MAX_ORIGINS - 1),
      seq: reader.varint(MAX_SEQ),
      samples: reader.varint(MAX_SAMPLES),
      digest: reader.bytes(HASH_BYTES)
    })
  }
  return lines
}

const readHashes = (reader: ByteReader, count: number): readonly Bytes[] => {
  const hashes: Bytes[] = []
  while (hashes.length < count && !reader.failed) hashes.push(reader.bytes(HASH_BYTES))
  return hashes
}

/** Largest body of these messages, for a replica of `length` parameters. */
export const maxSnapshotBody = (length: number): number =>
  Math.max(
    MAX_VARINT + MAX_ORIGINS * LINE_BYTES + chunkCount(length) * HASH_BYTES + SIGNATURE_BYTES,
    HASH_BYTES + MAX_VARINT + CHUNK_BYTES
  )

/** The message of a body; null: no message of these has this kind. What is wrong fails the reader. */
export const readSnapshotMessage = (
  kind: number,
  reader: ByteReader,
  length: number
): SnapshotMessage | null => {
  const id = (): Bytes => reader.bytes(HASH_BYTES)
  const index = (): number => reader.varint(chunkCount(length) - 1)
  switch (kind) {
    case SNAPSHOT_KIND.restored:
      return { kind: 'restored', times: reader.varint() }
    case SNAPSHOT_KIND['snapshot-ask']:
      return { kind: 'snapshot-ask' }
    case SNAPSHOT_KIND['snapshot-offer']:
      return {
        kind: 'snapshot-offer',
        lines: readLines(reader),
        hashes: readHashes(reader, chunkCount(length)),
        signature: reader.bytes(SIGNATURE_BYTES)
      }
    case SNAPSHOT_KIND['snapshot-confirm']:
      return { kind: 'snapshot-confirm', lines: readLines(reader), root: reader.bytes(HASH_BYTES) }
    case SNAPSHOT_KIND['snapshot-confirmed']:
      return {
        kind: 'snapshot-confirmed',
        id: id(),
        signature: reader.bytes(SIGNATURE_BYTES),
        serves: reader.varint(1) === 1
      }
    case SNAPSHOT_KIND['snapshot-refused']:
      return {
        kind: 'snapshot-refused',
        id: id(),
        reason: REFUSALS[reader.varint(REFUSALS.length - 1)]!
      }
    case SNAPSHOT_KIND['chunk-ask']:
      return { kind: 'chunk-ask', id: id(), index: index() }
    case SNAPSHOT_KIND.chunk: {
      const head = { kind: 'chunk', id: id(), index: index() } as const
      return { ...head, bytes: reader.bytes(chunkLength(length, head.index)) }
    }
    default:
      return null
  }
}
