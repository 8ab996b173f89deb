/** Messages of gossip averaging on the wire; docs/protocol.md has the table, test/golden the bytes. */
import type { Compressor } from '../../compression/compressor.ts'
import type { Bytes } from '../../vector/vector.ts'
import type { Channel, Outgoing } from '../../wire/link-end.ts'
import { type Rejected, rejected } from '../../wire/reject.ts'
import type { MessageCodec } from '../strategy.ts'
import type { GossipKinds, Message } from './kinds.ts'

/** Frame kinds, from 1; 0 is the link's own. */
export const KIND = { hello: 1, retire: 2, done: 3, exchange: 4 } as const

const ID_BYTES = 8
const HELLO_BYTES = 11 + ID_BYTES + 4
const RETIRE_BYTES = ID_BYTES + 8
const EXCHANGE_HEADER = ID_BYTES + 9
/** Where the ends' rows weigh, between header and payload. */
const WORTH_BYTES = 4
/** A degree above this is not believed: no topology of ours asks for it. */
const MAX_DEGREE = 4096
const MAX_SHIFT = 31
const FLAG_WANTED = 1
const FLAG_HAVE = 2

const body = (length: number): { bytes: Bytes; view: DataView } => {
  const bytes = new Uint8Array(length)
  return { bytes, view: new DataView(bytes.buffer) }
}

const writeId = (view: DataView, at: number, id: string): void =>
  view.setBigUint64(at, BigInt(`0x${id}`))

const readId = (view: DataView, at: number): string =>
  view
    .getBigUint64(at)
    .toString(16)
    .padStart(2 * ID_BYTES, '0')

const encode = (message: Message): Outgoing => {
  const kind = KIND[message.kind]
  switch (message.kind) {
    case 'hello': {
      const { bytes, view } = body(HELLO_BYTES)
      view.setUint32(0, message.nonce)
      view.setUint8(4, (message.wanted ? FLAG_WANTED : 0) | (message.have ? FLAG_HAVE : 0))
      view.setUint16(5, message.degree)
      view.setUint32(7, message.round)
      if (message.have !== null) {
        writeId(view, 11, message.have.id)
        view.setUint32(11 + ID_BYTES, message.have.k)
      }
      return { kind, channel: 'control', body: bytes }
    }
    case 'retire': {
      const { bytes, view } = body(RETIRE_BYTES)
      writeId(view, 0, message.id)
      view.setUint32(ID_BYTES, message.final)
      view.setUint32(ID_BYTES + 4, message.round)
      return { kind, channel: 'control', body: bytes }
    }
    case 'done': {
      const { bytes, view } = body(ID_BYTES)
      writeId(view, 0, message.id)
      return { kind, channel: 'control', body: bytes }
    }
    case 'exchange': {
      const { worth } = message
      const header = EXCHANGE_HEADER + (worth === undefined ? 0 : WORTH_BYTES)
      const { bytes, view } = body(header + message.bytes.byteLength)
      writeId(view, 0, message.id)
      view.setUint32(ID_BYTES, message.k)
      view.setUint8(ID_BYTES + 4, message.shift)
      view.setUint32(ID_BYTES + 5, message.round)
      if (worth !== undefined) view.setUint32(EXCHANGE_HEADER, worth)
      bytes.set(message.bytes, header)
      return { kind, channel: 'bulk', body: bytes }
    }
  }
}

const decodeHello = (view: DataView): Message | Rejected => {
  const flags = view.getUint8(4)
  const degree = view.getUint16(5)
  if (flags > (FLAG_WANTED | FLAG_HAVE) || degree > MAX_DEGREE) return rejected('body')
  const have =
    (flags & FLAG_HAVE) === 0 ? null : { id: readId(view, 11), k: view.getUint32(11 + ID_BYTES) }
  return {
    kind: 'hello',
    nonce: view.getUint32(0),
    wanted: (flags & FLAG_WANTED) !== 0,
    degree,
    round: view.getUint32(7),
    have
  }
}

/** Kind -> the channel it must come on and the length its body must have (exchange: at least). */
const SHAPES: Readonly<Record<number, { readonly channel: Channel; readonly bytes: number }>> = {
  [KIND.hello]: { channel: 'control', bytes: HELLO_BYTES },
  [KIND.retire]: { channel: 'control', bytes: RETIRE_BYTES },
  [KIND.done]: { channel: 'control', bytes: ID_BYTES },
  [KIND.exchange]: { channel: 'bulk', bytes: EXCHANGE_HEADER }
}

/** `length`: parameters of the model. `tellsWorth`: every exchange does. */
export const gossipCodec = (
  compressor: Compressor,
  snapshot: Compressor,
  length: number,
  tellsWorth = false
): MessageCodec<GossipKinds> => {
  const header = EXCHANGE_HEADER + (tellsWorth ? WORTH_BYTES : 0)
  const decodeExchange = (bytes: Uint8Array, view: DataView): Message | Rejected => {
    const k = view.getUint32(ID_BYTES)
    const shift = view.getUint8(ID_BYTES + 4)
    if (k === 0 || shift > MAX_SHIFT) return rejected('body')
    if (bytes.byteLength < header) return rejected('body')
    const worth = tellsWorth ? view.getUint32(EXCHANGE_HEADER) : null
    if (worth === 0) return rejected('weight')
    const payload = bytes.subarray(header)
    if ((k === 1 ? snapshot : compressor).check(payload, length) !== null) return rejected('values')
    const round = view.getUint32(ID_BYTES + 5)
    return {
      kind: 'exchange',
      id: readId(view, 0),
      k,
      round,
      shift,
      ...(worth !== null && { worth }),
      bytes: new Uint8Array(payload)
    }
  }

  return {
    maxBody: Math.max(
      HELLO_BYTES,
      header + Math.max(compressor.maxBytes(length), snapshot.maxBytes(length))
    ),
    encode,
    decode(kind, channel, bytes) {
      const shape = SHAPES[kind]
      if (shape === undefined || shape.channel !== channel) return rejected('kind')
      const exact = kind !== KIND.exchange
      if (exact ? bytes.byteLength !== shape.bytes : bytes.byteLength < shape.bytes) {
        return rejected('body')
      }
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      switch (kind) {
        case KIND.hello:
          return decodeHello(view)
        case KIND.retire:
          return {
            kind: 'retire',
            id: readId(view, 0),
            final: view.getUint32(ID_BYTES),
            round: view.getUint32(ID_BYTES + 4)
          }
        case KIND.done:
          return { kind: 'done', id: readId(view, 0) }
        default:
          return decodeExchange(bytes, view)
      }
    }
  }
}
