/** Messages of ring-all-reduce on the wire; docs/protocol.md has the table, test/golden the bytes. */

import type { Bytes } from '../../vector/vector.ts'
import type { Channel, Outgoing } from '../../wire/link-end.ts'
import { type Rejected, rejected } from '../../wire/reject.ts'
import type { MessageCodec } from '../strategy.ts'
import { readView, writeView } from './codec-views.ts'
import type { Message, Piece, RingKinds } from './kinds.ts'

/** Frame kinds, from 1; 0 is the link's own. */
export const KIND = {
  status: 1,
  propose: 2,
  vote: 3,
  install: 4,
  ready: 5,
  begin: 6,
  piece: 7,
  took: 8,
  fetch: 9,
  state: 10
} as const

const BULK: ReadonlySet<number> = new Set([KIND.piece, KIND.state])

/** generation, step, seq, chunk, bucket: u32; samples f64; pace f32; whole u8 */
export const PIECE_HEADER = 33
/** generation u32, total and offset f64 */
export const STATE_HEADER = 20

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const encodePiece = (piece: Piece): Uint8Array => {
  const body = new Uint8Array(PIECE_HEADER)
  const view = viewOf(body)
  view.setUint32(0, piece.generation)
  view.setUint32(4, piece.step)
  view.setUint32(8, piece.seq)
  view.setUint32(12, piece.chunk)
  view.setUint32(16, piece.bucket)
  view.setFloat64(20, piece.samples)
  view.setFloat32(28, piece.pace)
  view.setUint8(32, piece.whole ? 1 : 0)
  return body
}

/** A view: each frame has memory of its own, which nobody writes to. */
const restOf = (body: Uint8Array, from: number): Bytes => body.subarray(from) as Bytes

/** Not the negative zero either: one message has one form. */
const isCount = (value: number): boolean =>
  Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)

/** More examples than any step has: sums of them stay whole numbers. */
export const MAX_SAMPLES = 2 ** 44

const decodePiece = (body: Uint8Array): Message | Rejected => {
  if (body.byteLength < PIECE_HEADER) return rejected('body')
  const view = viewOf(body)
  const samples = view.getFloat64(20)
  const pace = view.getFloat32(28)
  const whole = view.getUint8(32)
  if (!isCount(samples) || samples > MAX_SAMPLES || whole > 1) return rejected('body')
  if (!Number.isFinite(pace) || pace < 0 || Object.is(pace, -0)) return rejected('body')
  return {
    kind: 'piece',
    generation: view.getUint32(0),
    step: view.getUint32(4),
    seq: view.getUint32(8),
    chunk: view.getUint32(12),
    bucket: view.getUint32(16),
    samples,
    pace,
    whole: whole === 1,
    bytes: restOf(body, PIECE_HEADER)
  }
}

const encodeState = ({
  generation,
  total,
  offset
}: Extract<Message, { kind: 'state' }>): Uint8Array => {
  const body = new Uint8Array(STATE_HEADER)
  const view = viewOf(body)
  view.setUint32(0, generation)
  view.setFloat64(4, total)
  view.setFloat64(12, offset)
  return body
}

const decodeState = (body: Uint8Array): Message | Rejected => {
  if (body.byteLength < STATE_HEADER) return rejected('body')
  const view = viewOf(body)
  const total = view.getFloat64(4)
  const offset = view.getFloat64(12)
  if (!isCount(total) || !isCount(offset)) return rejected('body')
  const bytes = restOf(body, STATE_HEADER)
  return { kind: 'state', generation: view.getUint32(0), total, offset, bytes }
}

const encode = (message: Message): Outgoing => {
  const kind = KIND[message.kind]
  const channel: Channel = BULK.has(kind) ? 'bulk' : 'control'
  if (message.kind === 'piece') {
    return { kind, channel, body: encodePiece(message), tail: message.bytes }
  }
  if (message.kind === 'state') {
    return { kind, channel, body: encodeState(message), tail: message.bytes }
  }
  return { kind, channel, body: writeView(message) }
}

/** Largest of the others: a vote of many attempts. */
const MAX_VIEW_BODY = 1 << 17

/** `payload`: largest payload of a piece, and a chunk of state. */
export const ringCodec = (payload: number): MessageCodec<RingKinds> => ({
  maxBody: Math.max(MAX_VIEW_BODY, PIECE_HEADER + payload),
  encode,
  decode(kind, channel, body) {
    if (kind < KIND.status || kind > KIND.state) return rejected('kind')
    if (channel !== (BULK.has(kind) ? 'bulk' : 'control')) return rejected('kind')
    if (kind === KIND.piece) return decodePiece(body)
    if (kind === KIND.state) return decodeState(body)
    return body.byteLength > MAX_VIEW_BODY ? rejected('body') : readView(kind, body)
  }
})
