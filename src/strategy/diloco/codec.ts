/** Messages of DiLoCo on the wire; docs/protocol.md has the table, test/golden the bytes. */
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Compressor } from '../../compression/compressor.ts'
import { none } from '../../compression/none.ts'
import type { Channel, Outgoing } from '../../wire/link-end.ts'
import { type Rejected, rejected } from '../../wire/reject.ts'
import type { MessageCodec } from '../strategy.ts'
import { ENTRY_BYTES, entryBytes, MAX_NAME, Reader, STANCE_BYTES, Writer } from './fields.ts'
import type { DilocoKinds, Entry, Message } from './kinds.ts'
import { MAX_PARTS, MAX_WEIGHT } from './limits.ts'

/** Frame kinds, from 1; 0 is the link's own. */
export const KIND = { hello: 1, close: 2, want: 3, ask: 4, part: 5, state: 6 } as const

const HELLO_BYTES = STANCE_BYTES + 1
const PART_HEADER = STANCE_BYTES + 21
const STATE_HEADER = STANCE_BYTES + 7
const MAX_CLOSE = STANCE_BYTES + 2 + MAX_PARTS * (ENTRY_BYTES + MAX_NAME)
const FLAGS = { trains: 1, joining: 2, leaving: 4 } as const
const ALL_FLAGS = 7
const HIGH = 2 ** 32

const CHANNEL_OF: Readonly<Record<number, Channel>> = {
  [KIND.hello]: 'control',
  [KIND.close]: 'control',
  [KIND.want]: 'control',
  [KIND.ask]: 'control',
  [KIND.part]: 'bulk',
  [KIND.state]: 'bulk'
}

const bodyOf = (message: Message): Writer => {
  switch (message.kind) {
    case 'hello': {
      const { stance, trains, joining, leaving } = message
      const flags =
        (trains ? FLAGS.trains : 0) | (joining ? FLAGS.joining : 0) | (leaving ? FLAGS.leaving : 0)
      return new Writer(HELLO_BYTES).stance(stance).u8(flags)
    }
    case 'close': {
      const { stance, entries } = message
      const length = entries.reduce((sum, entry) => sum + entryBytes(entry), STANCE_BYTES + 2)
      const writer = new Writer(length).stance(stance).u16(entries.length)
      for (const entry of entries) writer.entry(entry)
      return writer
    }
    case 'want':
      return new Writer(entryBytes(message)).entry(message)
    case 'ask':
      return new Writer(0)
    case 'part': {
      const { stance, origin, part } = message
      const name = utf8ToBytes(origin ?? '')
      return new Writer(PART_HEADER + name.byteLength + part.bytes.byteLength)
        .stance(stance)
        .u32(part.round)
        .id(part.base)
        .f32(part.weight)
        .u32(part.samples)
        .u8(name.byteLength)
        .raw(name)
        .raw(part.bytes)
    }
    case 'state': {
      const { stance, samples, vector, bytes } = message
      return new Writer(STATE_HEADER + bytes.byteLength)
        .stance(stance)
        .u16(Math.floor(samples / HIGH))
        .u32(samples % HIGH)
        .u8(vector === 'parameters' ? 0 : 1)
        .raw(bytes)
    }
  }
}

const decodeHello = (reader: Reader): Message | Rejected => {
  const stance = reader.stance()
  const flags = reader.u8()
  if (!reader.isWhole || flags > ALL_FLAGS) return rejected('body')
  return {
    kind: 'hello',
    stance,
    trains: (flags & FLAGS.trains) !== 0,
    joining: (flags & FLAGS.joining) !== 0,
    leaving: (flags & FLAGS.leaving) !== 0
  }
}

const decodeClose = (reader: Reader): Message | Rejected => {
  const stance = reader.stance()
  const count = reader.u16()
  if (count === 0 || count > MAX_PARTS) return rejected('body')
  const entries: Entry[] = []
  for (let i = 0; i < count; i++) {
    const [round, base, origin] = [reader.u32(), reader.id(), reader.name()]
    // In the order of the names, each at most once: the order of the sums is everybody's.
    if (!origin || (i > 0 && origin <= entries[i - 1]!.origin)) return rejected('body')
    entries.push({ origin, round, base })
  }
  return reader.isWhole ? { kind: 'close', stance, entries } : rejected('body')
}

const decodeWant = (reader: Reader): Message | Rejected => {
  const [round, base, origin] = [reader.u32(), reader.id(), reader.name()]
  if (!origin || !reader.isWhole) return rejected('body')
  return { kind: 'want', origin, round, base }
}

/** `length`: parameters of the model. */
export const dilocoCodec = (compressor: Compressor, length: number): MessageCodec<DilocoKinds> => {
  const decodePart = (reader: Reader): Message | Rejected => {
    const stance = reader.stance()
    const [round, base, weight, samples, origin] = [
      reader.u32(),
      reader.id(),
      reader.f32(),
      reader.u32(),
      reader.name()
    ]
    if (origin === null) return rejected('body')
    if (!(weight > 0 && weight <= MAX_WEIGHT)) return rejected('weight')
    const bytes = reader.rest()
    if (compressor.check(bytes, length) !== null) return rejected('values')
    return {
      kind: 'part',
      stance,
      origin: origin || null,
      part: { round, base, weight, samples, bytes }
    }
  }
  const decodeState = (reader: Reader): Message | Rejected => {
    const stance = reader.stance()
    const samples = reader.u16() * HIGH + reader.u32()
    const vector = reader.u8()
    const bytes = reader.rest()
    if (vector > 1) return rejected('body')
    if (none.check(bytes, length) !== null) return rejected('values')
    const name = vector === 0 ? 'parameters' : 'momentum'
    return { kind: 'state', stance, samples, vector: name, bytes }
  }
  return {
    maxBody: Math.max(
      MAX_CLOSE,
      PART_HEADER + MAX_NAME + compressor.maxBytes(length),
      STATE_HEADER + 4 * length
    ),
    encode(message) {
      const kind = KIND[message.kind]
      return { kind, channel: CHANNEL_OF[kind]!, body: bodyOf(message).bytes } satisfies Outgoing
    },
    decode(kind, channel, bytes) {
      if (CHANNEL_OF[kind] !== channel) return rejected('kind')
      const reader = new Reader(bytes)
      switch (kind) {
        case KIND.hello:
          return decodeHello(reader)
        case KIND.close:
          return decodeClose(reader)
        case KIND.want:
          return decodeWant(reader)
        case KIND.ask:
          return reader.isWhole ? { kind: 'ask' } : rejected('body')
        case KIND.part:
          return decodePart(reader)
        default:
          return decodeState(reader)
      }
    }
  }
}
