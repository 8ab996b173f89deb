/** Messages of delta-set on the wire; docs/protocol.md has the table, test/golden the bytes. */
import type { DeltaDecoder } from '../../compression/delta/index.ts'
import { ByteReader } from '../../wire/byte-reader.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'
import type { Channel, Outgoing } from '../../wire/link-end.ts'
import { type Rejected, rejected } from '../../wire/reject.ts'
import { type MessageCodec, SIGNATURE_BYTES } from '../strategy.ts'
import { baseOf, MAX_HEAD_BYTES, payloadOf, readHead, WORTH_BYTES } from './body.ts'
import { HASH_BYTES } from './chain.ts'
import type { DeltaKinds, Holding, Message, Range, Statement } from './kinds.ts'
import { MAX_LIST, MAX_OPEN, MAX_ORIGINS } from './limits.ts'
import {
  isSnapshotMessage,
  maxSnapshotBody,
  readSnapshotMessage,
  SNAPSHOT_KIND,
  snapshotChannel,
  writeSnapshotMessage
} from './snapshot/codec.ts'

/** Frame kinds, from 1; 0 is the link's own. */
export const KIND = {
  names: 1,
  have: 2,
  want: 3,
  delta: 4,
  'ask-statement': 5,
  statement: 6,
  proof: 7,
  ...SNAPSHOT_KIND
} as const

/** Names go on both. */
const CHANNEL: Readonly<Record<number, Channel>> = {
  [KIND.have]: 'control',
  [KIND.want]: 'control',
  [KIND.delta]: 'bulk',
  [KIND['ask-statement']]: 'control',
  [KIND.statement]: 'control',
  [KIND.proof]: 'control'
}

/** Bytes of an origin's name: a peer id has 52 or 53. */
const MAX_NAME = 128
const MAX_VARINT = 8
const HOLDING_BYTES = 3 * MAX_VARINT + 4
const MAX_SEQ = Number.MAX_SAFE_INTEGER

const writeHolding = (writer: ByteWriter, { origin, seq, floor, tag }: Holding): void => {
  writer
    .varint(origin)
    .varint(seq)
    .varint(seq - floor)
    .u32(tag)
}

const writeStatement = (writer: ByteWriter, { previous, bodyHash, signature }: Statement): void => {
  writer.bytes(previous).bytes(bodyHash).bytes(signature)
}

const encodeBody = (message: Message): ByteWriter => {
  const writer = new ByteWriter()
  if (isSnapshotMessage(message)) return writeSnapshotMessage(writer, message)
  switch (message.kind) {
    case 'names':
      writer.varint(message.first).varint(message.names.length)
      for (const name of message.names) writer.text(name)
      return writer
    case 'have':
      writer.varint(message.holdings.length)
      for (const holding of message.holdings) writeHolding(writer, holding)
      return writer
    case 'want':
      writer.varint(message.ranges.length)
      for (const { origin, from, count } of message.ranges) {
        writer.varint(origin).varint(from).varint(count)
      }
      return writer
    case 'delta':
      return writer
        .varint(message.origin)
        .varint(message.seq)
        .bytes(message.signature)
        .bytes(message.body)
    case 'ask-statement':
      return writer.varint(message.origin).varint(message.seq)
    case 'statement':
      writer.varint(message.origin).varint(message.statement.seq)
      writeStatement(writer, message.statement)
      return writer
    case 'proof':
      writer.varint(message.origin).varint(message.seq)
      for (const statement of message.statements) writeStatement(writer, statement)
      return writer
  }
}

const encode = (message: Message): Outgoing => {
  const kind = KIND[message.kind]
  const channel = message.kind === 'names' ? message.channel : channelOf(kind)!
  return { kind, channel, body: encodeBody(message).done() }
}

/** Undefined: either, or there is no such kind. */
const channelOf = (kind: number): Channel | undefined => CHANNEL[kind] ?? snapshotChannel(kind)

const origin = (reader: ByteReader): number => reader.varint(MAX_ORIGINS - 1)

/** Reads as many as are announced, but no more than there are bytes for. */
const list = <T>(reader: ByteReader, read: (reader: ByteReader) => T): T[] => {
  const count = reader.varint(MAX_LIST)
  const items: T[] = []
  while (items.length < count && !reader.failed) items.push(read(reader))
  return items
}

const readHolding = (reader: ByteReader): Holding => {
  const number = origin(reader)
  const seq = reader.varint(MAX_SEQ)
  return { origin: number, seq, floor: seq - reader.varint(seq), tag: reader.u32() }
}

const readRange = (reader: ByteReader): Range => ({
  origin: origin(reader),
  from: reader.varint(MAX_SEQ),
  count: reader.varint(MAX_OPEN)
})

const readStatement = (reader: ByteReader, seq: number): Statement => ({
  seq,
  previous: reader.bytes(HASH_BYTES),
  bodyHash: reader.bytes(HASH_BYTES),
  signature: reader.bytes(SIGNATURE_BYTES)
})

type Read = (reader: ByteReader, channel: Channel) => Message

const READERS: Readonly<Record<number, Read>> = {
  [KIND.names]: (reader, channel) => ({
    kind: 'names',
    channel,
    first: reader.varint(MAX_ORIGINS),
    names: list(reader, () => reader.text(MAX_NAME))
  }),
  [KIND.have]: (reader) => ({ kind: 'have', holdings: list(reader, readHolding) }),
  [KIND.want]: (reader) => ({ kind: 'want', ranges: list(reader, readRange) }),
  [KIND.delta]: (reader) => ({
    kind: 'delta',
    origin: origin(reader),
    seq: reader.varint(MAX_SEQ),
    signature: reader.bytes(SIGNATURE_BYTES),
    body: reader.rest()
  }),
  [KIND['ask-statement']]: (reader) => ({
    kind: 'ask-statement',
    origin: origin(reader),
    seq: reader.varint(MAX_SEQ)
  }),
  [KIND.statement]: (reader) => ({
    kind: 'statement',
    origin: origin(reader),
    statement: readStatement(reader, reader.varint(MAX_SEQ))
  }),
  [KIND.proof]: (reader) => {
    const number = origin(reader)
    const seq = reader.varint(MAX_SEQ)
    const statements = [readStatement(reader, seq), readStatement(reader, seq)] as const
    return { kind: 'proof', origin: number, seq, statements }
  }
}

/** Numbers of deltas count from 1. */
const countsFromOne = (message: Message): boolean => {
  if (message.kind === 'delta') return baseOf(message) >= 0
  if (message.kind === 'statement') return message.statement.seq > 0
  return !('seq' in message) || message.seq > 0
}

/** `length`: parameters of the model. `weighs`: every delta with values says what its origin counts for. */
export const deltaCodec = (
  decoder: DeltaDecoder,
  length: number,
  weighs = false
): MessageCodec<DeltaKinds> => {
  const checkBody = (body: Uint8Array): Rejected | null => {
    const head = readHead(body)
    if (typeof head === 'string') return rejected(head)
    if ((head.worth !== undefined) !== (weighs && !head.last)) return rejected('body')
    const wrong = decoder.check(payloadOf(body))
    return wrong === null ? null : rejected(wrong)
  }
  const maxHead = MAX_HEAD_BYTES + (weighs ? WORTH_BYTES : 0)
  return {
    maxBody: Math.max(
      2 * MAX_VARINT + SIGNATURE_BYTES + maxHead + decoder.maxBytes,
      MAX_VARINT + MAX_LIST * Math.max(HOLDING_BYTES, MAX_NAME + 2),
      maxSnapshotBody(length)
    ),
    encode,
    decode(kind, channel, bytes) {
      if ((channelOf(kind) ?? channel) !== channel) return rejected('kind')
      const reader = new ByteReader(bytes)
      const message = READERS[kind]?.(reader, channel) ?? readSnapshotMessage(kind, reader, length)
      if (message === null) return rejected('kind')
      if (!reader.complete || !countsFromOne(message)) return rejected('body')
      return (message.kind === 'delta' ? checkBody(message.body) : null) ?? message
    }
  }
}
