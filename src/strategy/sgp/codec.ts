/** Messages of stochastic gradient push on the wire; docs/protocol.md has the table, test/golden the bytes. */
import type { Channel, Outgoing } from '../../wire/link-end.ts'
import { type Rejected, rejected } from '../../wire/reject.ts'
import type { MessageCodec } from '../strategy.ts'
import type { Message, SgpKinds } from './kinds.ts'

/** Frame kinds, from 1; 0 is the link's own. */
export const KIND = { hello: 1, pass: 2, ack: 3, push: 4 } as const

const HELLO_BYTES = 13
const PASS_BYTES = 5
const ACK_BYTES = 8
const PUSH_HEADER = 24
const FLAG_LEAVING = 1
const FLAG_HEARD = 2
const FLAG_LAST = 1
const HIGH = 2 ** 32

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** 48 bits. */
const putSum = (view: DataView, at: number, sum: number): void => {
  view.setUint16(at, Math.floor(sum / HIGH))
  view.setUint32(at + 2, sum % HIGH)
}

const sumAt = (view: DataView, at: number): number =>
  view.getUint16(at) * HIGH + view.getUint32(at + 2)

const encode = (message: Message): Outgoing => {
  const kind = KIND[message.kind]
  switch (message.kind) {
    case 'hello': {
      const { round, leaving, heard } = message
      const body = new Uint8Array(HELLO_BYTES)
      const view = viewOf(body)
      view.setUint32(0, round)
      view.setUint8(4, (leaving ? FLAG_LEAVING : 0) | (heard === null ? 0 : FLAG_HEARD))
      view.setUint32(5, heard?.flow ?? 0)
      view.setUint32(9, heard?.number ?? 0)
      return { kind, channel: 'control', body }
    }
    case 'pass': {
      const body = new Uint8Array(PASS_BYTES)
      viewOf(body).setUint32(0, message.round)
      body[4] = message.last ? FLAG_LAST : 0
      return { kind, channel: 'bulk', body }
    }
    case 'ack': {
      const body = new Uint8Array(ACK_BYTES)
      const view = viewOf(body)
      view.setUint32(0, message.flow)
      view.setUint32(4, message.number)
      return { kind, channel: 'control', body }
    }
    case 'push': {
      const body = new Uint8Array(PUSH_HEADER + message.bytes.byteLength)
      const view = viewOf(body)
      view.setUint32(0, message.flow)
      view.setUint32(4, message.number)
      view.setUint32(8, message.round)
      putSum(view, 12, message.mass)
      putSum(view, 18, message.worth)
      body.set(message.bytes, PUSH_HEADER)
      return { kind, channel: 'bulk', body }
    }
  }
}

const decodeHello = (view: DataView): Message | Rejected => {
  const flags = view.getUint8(4)
  if (flags > (FLAG_LEAVING | FLAG_HEARD)) return rejected('body')
  const mark = { flow: view.getUint32(5), number: view.getUint32(9) }
  const heard = (flags & FLAG_HEARD) === 0 ? null : mark
  if (heard === null && (mark.flow !== 0 || mark.number !== 0)) return rejected('body')
  return { kind: 'hello', round: view.getUint32(0), leaving: (flags & FLAG_LEAVING) !== 0, heard }
}

/** `length`: parameters of the model. */
export const sgpCodec = (length: number): MessageCodec<SgpKinds> => {
  const pushBytes = PUSH_HEADER + 4 * length
  /** Kind -> the channel it must come on and the length its body must have. */
  const shapes: Readonly<Record<number, readonly [channel: Channel, bytes: number]>> = {
    [KIND.hello]: ['control', HELLO_BYTES],
    [KIND.pass]: ['bulk', PASS_BYTES],
    [KIND.ack]: ['control', ACK_BYTES],
    [KIND.push]: ['bulk', pushBytes]
  }
  return {
    maxBody: Math.max(HELLO_BYTES, pushBytes),
    encode,
    decode(kind, channel, bytes) {
      const shape = shapes[kind]
      if (shape === undefined || shape[0] !== channel) return rejected('kind')
      if (bytes.byteLength !== shape[1]) return rejected('body')
      const view = viewOf(bytes)
      switch (kind) {
        case KIND.hello:
          return decodeHello(view)
        case KIND.pass: {
          const flags = view.getUint8(4)
          if (flags > FLAG_LAST) return rejected('body')
          return { kind: 'pass', round: view.getUint32(0), last: flags === FLAG_LAST }
        }
        case KIND.ack:
          return { kind: 'ack', flow: view.getUint32(0), number: view.getUint32(4) }
        default: {
          return {
            kind: 'push',
            flow: view.getUint32(0),
            number: view.getUint32(4),
            round: view.getUint32(8),
            mass: sumAt(view, 12),
            worth: sumAt(view, 18),
            bytes: new Uint8Array(bytes.subarray(PUSH_HEADER))
          }
        }
      }
    }
  }
}
