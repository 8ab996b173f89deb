/** Messages of the parameter server on the wire; docs/protocol.md has the table, test/golden the bytes. */
import type { Compressor } from '../../compression/compressor.ts'
import { ByteReader } from '../../wire/byte-reader.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'
import type { Channel, Outgoing } from '../../wire/link-end.ts'
import { type Rejected, rejected } from '../../wire/reject.ts'
import type { MessageCodec, PeerName } from '../strategy.ts'
import type { Lead, Message, Op, Role, ServerKinds } from './kinds.ts'
import { ENTRY_BYTES, HEADER_BYTES, MAX_NAME_BYTES, VECTORS_PER_BODY } from './limits.ts'
import { MAX_REPLICAS } from './options.ts'
import { lengthOf, type Range } from './ranges.ts'
import { MAX_PARTICIPANTS } from './shard-table.ts'

/** Frame kinds, from 1; 0 is the link's own. */
export const KIND = {
  stand: 1,
  promise: 2,
  settle: 3,
  settled: 4,
  lead: 5,
  beat: 6,
  beaten: 7,
  append: 8,
  'ask-state': 9,
  state: 10,
  join: 11,
  push: 12,
  pull: 13,
  counted: 14,
  params: 15,
  finish: 16,
  parted: 17,
  stranger: 18
} as const

const NAMES = new Map<number, Message['kind']>(
  Object.entries(KIND).map(([name, kind]) => [kind, name as Message['kind']])
)
const BULK: ReadonlySet<Message['kind']> = new Set(['append', 'state', 'push', 'params'])
const OPS = ['join', 'push', 'drop', 'finish', 'open'] as const
const ROLES: readonly Role[] = ['follower', 'trainer', 'server']
const MAX_WEIGHT = 2 ** 32 - 1
/** The table, the parameters, at most two moments, and what was gathered. */
const MAX_PIECES = 5

const writeGroup = (writer: ByteWriter, group: readonly PeerName[]): ByteWriter => {
  writer.u8(group.length)
  for (const peer of group) writer.text(peer)
  return writer
}

const writeOp = (writer: ByteWriter, op: Op): ByteWriter => {
  writer.u8(OPS.indexOf(op.kind))
  switch (op.kind) {
    case 'join':
      return writer.text(op.peer).u32(op.life).u8(ROLES.indexOf(op.role))
    case 'push':
      return writer.text(op.peer).varint(op.seq).varint(op.base).u32(op.weight).bytes(op.bytes)
    case 'drop':
      return writer.text(op.peer)
    case 'finish':
      return writer.text(op.peer).u8(op.complete ? 1 : 0)
    case 'open':
      return writer
  }
}

const write = (writer: ByteWriter, message: Message, sampled: boolean): ByteWriter => {
  writer.u8(message.shard)
  switch (message.kind) {
    case 'stand':
      return writer.u32(message.term)
    case 'promise': {
      const { term, granted, held, accepted, promised, version } = message
      writer.u32(term).u8((granted ? 1 : 0) | (accepted === null ? 0 : 2))
      writer.u32(promised).u32(held).varint(version)
      return accepted === null ? writer : writeGroup(writer.u32(accepted.term), accepted.group)
    }
    case 'settle':
      return writeGroup(writer.u32(message.term), message.group)
    case 'settled':
      return writer
        .u32(message.term)
        .u8(message.granted ? 1 : 0)
        .u32(message.promised)
    case 'lead':
      return writeGroup(writer.u32(message.term).u8(message.over ? 1 : 0), message.group)
    case 'beat':
    case 'beaten':
      return writer.u32(message.term).varint(message.op)
    case 'append':
      return writeOp(writer.u32(message.term).varint(message.n), message.op)
    case 'ask-state':
      return writer.u32(message.term).u8(message.piece)
    case 'state': {
      const { term, piece, pieces, op, steps, bytes } = message
      return writer.u32(term).u8(piece).u8(pieces).varint(op).varint(steps).bytes(bytes)
    }
    case 'join':
      return writer.u32(message.life).u8(ROLES.indexOf(message.role))
    case 'push': {
      const { life, seq, base, weight, bytes } = message
      return writer.u32(life).varint(seq).varint(base).u32(weight).bytes(bytes)
    }
    case 'pull':
      // A version is -1 for whoever has none.
      return writer
        .u32(message.life)
        .varint(message.seq)
        .varint(message.version + 1)
    case 'counted':
      return writer
        .u32(message.life)
        .varint(message.seq)
        .u8(message.late ? 1 : 0)
    case 'params': {
      const { life, seq, version, round, bytes } = message
      writer.u32(life).varint(seq).varint(version).varint(round)
      if (sampled) writer.u8((message.late ? 1 : 0) | (message.rests ? 2 : 0))
      return writer.bytes(bytes)
    }
    case 'finish':
      return writer.u32(message.life).u8(message.complete ? 1 : 0)
    case 'parted':
    case 'stranger':
      return writer.u32(message.life)
  }
}

/** Reads one message; throws nothing: what is wrong makes it null, or the reader fail. */
class Parser {
  readonly #reader: ByteReader
  readonly #ranges: readonly Range[]
  readonly #compressor: Compressor
  readonly #sampled: boolean

  constructor(
    reader: ByteReader,
    ranges: readonly Range[],
    compressor: Compressor,
    sampled: boolean
  ) {
    this.#reader = reader
    this.#ranges = ranges
    this.#compressor = compressor
    this.#sampled = sampled
  }

  message(kind: Message['kind']): Message | null {
    const reader = this.#reader
    const shard = reader.u8()
    const range = this.#ranges[shard]
    if (range === undefined || reader.failed) return null
    const length = lengthOf(range)
    switch (kind) {
      case 'stand':
        return { kind, shard, term: reader.u32() }
      case 'promise': {
        const term = reader.u32()
        const flags = reader.u8()
        const [promised, held, version] = [reader.u32(), reader.u32(), reader.varint()]
        if (flags > 3) return null
        const accepted = (flags & 2) === 0 ? null : this.#lead()
        const granted = (flags & 1) !== 0
        return { kind, shard, term, granted, promised, accepted, held, version }
      }
      case 'settle':
        return { kind, shard, ...this.#lead() }
      case 'settled': {
        const term = reader.u32()
        const granted = this.#flag()
        return { kind, shard, term, granted, promised: reader.u32() }
      }
      case 'lead': {
        const term = reader.u32()
        const over = this.#flag()
        return { kind, shard, term, over, group: this.#group() }
      }
      case 'beat':
      case 'beaten':
        return { kind, shard, term: reader.u32(), op: reader.varint() }
      case 'append': {
        const [term, n] = [reader.u32(), reader.varint()]
        const op = this.#op(length)
        return op === null ? null : { kind, shard, term, n, op }
      }
      case 'ask-state':
        return { kind, shard, term: reader.u32(), piece: this.#below(MAX_PIECES) }
      case 'state': {
        const term = reader.u32()
        const [piece, count] = [this.#below(MAX_PIECES), this.#below(MAX_PIECES + 1)]
        const [op, steps] = [reader.varint(), reader.varint()]
        const bytes = reader.rest()
        const right = piece === 0 ? bytes.length <= tableBytes : bytes.length === 4 * length
        if (piece >= count || !right) return null
        return { kind, shard, term, piece, pieces: count, op, steps, bytes }
      }
      case 'join': {
        const life = reader.u32()
        const role = this.#role()
        return role === undefined ? null : { kind, shard, life, role }
      }
      case 'push': {
        const life = reader.u32()
        const update = this.#update(length)
        return update === null ? null : { kind, shard, life, ...update }
      }
      case 'pull': {
        const [life, seq, next] = [reader.u32(), reader.varint(), reader.varint()]
        return { kind, shard, life, seq, version: next - 1 }
      }
      case 'counted': {
        const [life, seq] = [reader.u32(), reader.varint()]
        return { kind, shard, life, seq, late: this.#flag() }
      }
      case 'params': {
        const [life, seq] = [reader.u32(), reader.varint()]
        const [version, round] = [reader.varint(), reader.varint()]
        const flags = this.#sampled ? this.#below(4) : 0
        const bytes = reader.rest()
        if (bytes.length !== 4 * length) return null
        const [late, rests] = [(flags & 1) !== 0, (flags & 2) !== 0]
        return { kind, shard, life, seq, version, round, late, rests, bytes }
      }
      case 'finish':
        return { kind, shard, life: reader.u32(), complete: this.#flag() }
      case 'parted':
      case 'stranger':
        return { kind, shard, life: reader.u32() }
    }
  }

  #lead(): Lead {
    const term = this.#reader.u32()
    return { term, group: this.#group() }
  }

  /** One name at least, none twice. */
  #group(): readonly PeerName[] {
    const count = this.#below(MAX_REPLICAS + 1)
    const group = Array.from({ length: count }, () => this.#reader.text(MAX_NAME_BYTES))
    if (count === 0 || new Set(group).size < count) this.#fail()
    return group
  }

  #op(length: number): Op | null {
    const kind = OPS[this.#reader.u8()]
    if (kind === undefined || this.#reader.failed) return null
    if (kind === 'open') return { kind }
    const peer = this.#reader.text(MAX_NAME_BYTES)
    switch (kind) {
      case 'join': {
        const life = this.#reader.u32()
        const role = this.#role()
        return role === undefined ? null : { kind, peer, life, role }
      }
      case 'push': {
        const update = this.#update(length)
        return update === null ? null : { kind, peer, ...update }
      }
      case 'drop':
        return { kind, peer }
      case 'finish':
        return { kind, peer, complete: this.#flag() }
    }
  }

  #update(length: number): Omit<Extract<Op, { kind: 'push' }>, 'kind' | 'peer'> | null {
    const reader = this.#reader
    const [seq, base, weight] = [reader.varint(), reader.varint(), reader.u32()]
    const bytes = reader.rest()
    const right = weight === 0 ? bytes.length === 0 : this.#compressor.check(bytes, length) === null
    return right && seq > 0 ? { seq, base, weight, bytes } : null
  }

  #role(): Role | undefined {
    return ROLES[this.#reader.u8()]
  }

  #flag(): boolean {
    return this.#below(2) === 1
  }

  #below(limit: number): number {
    const value = this.#reader.u8()
    if (value < limit) return value
    this.#fail()
    return 0
  }

  /** What is read from here on is nothing. */
  #fail(): void {
    this.#reader.bytes(this.#reader.left + 1)
  }
}

const tableBytes = HEADER_BYTES + MAX_PARTICIPANTS * ENTRY_BYTES

/** Whole numbers of examples that a push can say. */
export const weightOf = (samples: number): number =>
  Math.min(MAX_WEIGHT, Math.max(0, Math.round(samples)))

/** `ranges`: of the shards, in their order. `sampled`: parameters say whether their receiver is drawn. */
export const serverCodec = (
  compressor: Compressor,
  ranges: readonly Range[],
  sampled = false
): MessageCodec<ServerKinds> => {
  const longest = Math.max(...ranges.map(lengthOf))
  const vectors = Math.min(VECTORS_PER_BODY, ranges.length)
  const code = Math.max(4 * longest * vectors, compressor.maxBytes(longest))
  return {
    maxBody: HEADER_BYTES + Math.max(tableBytes, code),
    encode: (message): Outgoing => ({
      kind: KIND[message.kind],
      channel: BULK.has(message.kind) ? 'bulk' : 'control',
      body: write(new ByteWriter(), message, sampled).done()
    }),
    decode(kind: number, channel: Channel, body: Uint8Array): Message | Rejected {
      const name = NAMES.get(kind)
      if (name === undefined || BULK.has(name) !== (channel === 'bulk')) return rejected('kind')
      const reader = new ByteReader(body)
      const message = new Parser(reader, ranges, compressor, sampled).message(name)
      return message !== null && reader.complete ? message : rejected('body')
    }
  }
}
