/** The messages about views: numbers as varints, names as text, lists with their length before them. */
import { ByteReader } from '../../wire/byte-reader.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'
import { type Rejected, rejected } from '../../wire/reject.ts'
import type { Install, Member, Message, Piece, Status, Vote } from './kinds.ts'
import { type Mark, NO_RING } from './mark.ts'
import { MAX_ATTEMPTS, type Memory, type View } from './view.ts'

export type ViewMessage = Exclude<Message, Piece | { readonly kind: 'state' }>

/** Of a ring: every peer has a link with every other. */
export const MAX_MEMBERS = 128
const MAX_NAME = 128
const MAX_U32 = 2 ** 32 - 1
const RING_BYTES = 8
const FLAG = { trains: 1, leaving: 2 }
/** A pace travels in microseconds; no more than an hour. */
const MICRO = 1000
const MAX_PACE = 3_600_000 * MICRO
const MAX_BUSY = 2 ** 40

const writeRing = (writer: ByteWriter, ring: string | null): void => {
  const bytes = new Uint8Array(RING_BYTES)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(`0x${ring ?? NO_RING}`))
  writer.bytes(bytes)
}

const readRing = (reader: ByteReader): string => {
  const bytes = reader.bytes(RING_BYTES)
  if (bytes.length < RING_BYTES) return NO_RING
  return new DataView(bytes.buffer).getBigUint64(0).toString(16).padStart(16, '0')
}

const ringOrNone = (reader: ByteReader): string | null => {
  const ring = readRing(reader)
  return ring === NO_RING ? null : ring
}

const writeMark = (writer: ByteWriter, { ring, generation, step, samples }: Mark): void => {
  writeRing(writer, ring)
  writer.varint(generation).varint(step).varint(samples)
}

const readMark = (reader: ByteReader): Mark => ({
  ring: readRing(reader),
  generation: reader.varint(MAX_U32),
  step: reader.varint(MAX_U32),
  samples: reader.varint()
})

const writeFlags = (writer: ByteWriter, { trains, leaving }: Pick<Status, 'trains' | 'leaving'>) =>
  writer.u8((trains ? FLAG.trains : 0) | (leaving ? FLAG.leaving : 0))

const readFlags = (reader: ByteReader): Pick<Status, 'trains' | 'leaving'> => {
  const flags = reader.varint(FLAG.trains | FLAG.leaving)
  return { trains: (flags & FLAG.trains) !== 0, leaving: (flags & FLAG.leaving) !== 0 }
}

const writePace = (writer: ByteWriter, pace: number): void =>
  void writer.varint(Math.min(MAX_PACE, Math.round(pace * MICRO)))

const readPace = (reader: ByteReader): number => reader.varint(MAX_PACE) / MICRO

const writeList = <T>(writer: ByteWriter, items: readonly T[], write: (item: T) => void): void => {
  writer.varint(items.length)
  for (const item of items) write(item)
}

/** As many as are announced, and no more than may be, or than there are bytes for. */
const readList = <T>(reader: ByteReader, limit: number, read: () => T): T[] => {
  const count = reader.varint(limit)
  const items: T[] = []
  while (items.length < count && !reader.failed) items.push(read())
  return items
}

const writeNames = (writer: ByteWriter, names: readonly string[]): void =>
  writeList(writer, names, (name) => writer.text(name))

const readNames = (reader: ByteReader): string[] =>
  readList(reader, MAX_MEMBERS, () => reader.text(MAX_NAME))

const writeMemory = (writer: ByteWriter, { confirmed, attempts }: Memory): void => {
  const write = ({ generation, members }: View): void => {
    writeNames(writer.varint(generation), members)
  }
  writeList(writer, confirmed === null ? [] : [confirmed], write)
  writeList(writer, attempts, write)
}

const readMemory = (reader: ByteReader): Memory => {
  const read = (): View => ({ generation: reader.varint(MAX_U32), members: readNames(reader) })
  const [confirmed = null] = readList(reader, 1, read)
  return { confirmed, attempts: readList(reader, MAX_ATTEMPTS, read) }
}

const writeMember = (writer: ByteWriter, { name, trains, pace }: Member): void => {
  writeFlags(writer.text(name), { trains, leaving: false })
  writePace(writer, pace)
}

const writeVote = (writer: ByteWriter, vote: Vote): void => {
  writer.varint(vote.generation)
  writeRing(writer, vote.ring)
  writeMark(writer, vote.mark)
  writeFlags(writer, vote)
  writePace(writer, vote.pace)
  writer.varint(Math.min(MAX_BUSY, Math.round(vote.busy)))
  writeNames(writer, vote.linked)
  writeMemory(writer, vote)
}

const writeInstall = (writer: ByteWriter, install: Install): void => {
  writer.varint(install.generation)
  writeRing(writer, install.ring)
  writeMark(writer, install.base)
  writeList(writer, install.members, (member) => writeMember(writer, member))
  writeList(writer, install.sources, (source) => writer.text(source ?? ''))
  writeMemory(writer, install)
}

export const writeView = (message: ViewMessage): Uint8Array => {
  const writer = new ByteWriter()
  switch (message.kind) {
    case 'status':
      writeRing(writer, message.ring)
      writer.varint(message.view).varint(message.promised)
      writeMark(writer, message.mark)
      writeFlags(writer, message)
      break
    case 'propose':
      writer.varint(message.generation)
      writeRing(writer, message.ring)
      writer.varint(message.after)
      break
    case 'vote':
      writeVote(writer, message)
      break
    case 'install':
      writeInstall(writer, message)
      break
    case 'ready':
      writer.varint(message.generation).varint(message.missing)
      break
    case 'begin':
      writer.varint(message.generation)
      break
    case 'took':
      writer.varint(message.generation).varint(message.count)
      break
    case 'fetch':
      writer.varint(message.generation).varint(message.offset)
      break
  }
  return writer.done()
}

const readInstall = (reader: ByteReader): Install => {
  const generation = reader.varint(MAX_U32)
  const ring = readRing(reader)
  const base = readMark(reader)
  const members = readList(reader, MAX_MEMBERS, (): Member => {
    const name = reader.text(MAX_NAME)
    const trains = reader.varint(FLAG.trains) === FLAG.trains
    return { name, trains, pace: readPace(reader) }
  })
  const sources = readList(reader, MAX_MEMBERS, () => reader.text(MAX_NAME) || null)
  return { kind: 'install', generation, ring, base, members, sources, ...readMemory(reader) }
}

const readVote = (reader: ByteReader): Vote => ({
  kind: 'vote',
  generation: reader.varint(MAX_U32),
  ring: ringOrNone(reader),
  mark: readMark(reader),
  ...readFlags(reader),
  pace: readPace(reader),
  busy: reader.varint(MAX_BUSY),
  linked: readNames(reader),
  ...readMemory(reader)
})

const READERS: ReadonlyArray<(reader: ByteReader, generation: () => number) => Message> = [
  (reader, number) => ({
    kind: 'status',
    ring: ringOrNone(reader),
    view: number(),
    promised: number(),
    mark: readMark(reader),
    ...readFlags(reader)
  }),
  (reader, number) => ({
    kind: 'propose',
    generation: number(),
    ring: ringOrNone(reader),
    after: number()
  }),
  readVote,
  readInstall,
  (reader, number) => ({ kind: 'ready', generation: number(), missing: reader.varint() }),
  (_, number) => ({ kind: 'begin', generation: number() }),
  () => {
    throw new RangeError('pieces have a reader of their own')
  },
  (_, number) => ({ kind: 'took', generation: number(), count: number() }),
  (reader, number) => ({ kind: 'fetch', generation: number(), offset: reader.varint() })
]

/** Of a ring, its members in order, each once, and a source for each. */
const isWhole = ({ ring, members, sources }: Install): boolean =>
  ring !== NO_RING &&
  sources.length === members.length &&
  members.every(({ name }, i) => name !== '' && (i === 0 || members[i - 1]!.name < name))

/** `kind`: its number on the wire, from 1. */
export const readView = (kind: number, body: Uint8Array): Message | Rejected => {
  const reader = new ByteReader(body)
  const message = READERS[kind - 1]!(reader, () => reader.varint(MAX_U32))
  if (!reader.complete) return rejected('body')
  return message.kind === 'install' && !isWhole(message) ? rejected('body') : message
}
