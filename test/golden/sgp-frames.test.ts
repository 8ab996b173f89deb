/**
 * Every message of stochastic gradient push in its frame, made once with Python's struct and zlib. A line
 * that must change here needs a new FRAME_VERSION.
 */
import test from 'ava'
import { sgpCodec } from '../../src/strategy/sgp/codec.ts'
import type { Message } from '../../src/strategy/sgp/kinds.ts'
import { decodeFrame, encodeFrame } from '../../src/wire/frame.ts'

const TAG = { manifest: 0x01020304, layout: 0x05060708 }
const codec = sgpCodec(3)

const mark = { flow: 0xdeadbeef, number: 7 }
/** 1, -0.5 and -128, in units of 2^-24. */
const sums = new Int32Array([0x01000000, -0x00800000, -0x80000000])
const bytes = new Uint8Array(sums.buffer)

const GOLDEN: ReadonlyArray<{
  readonly name: string
  readonly message: Message
  readonly frame: string
}> = [
  {
    name: 'a hello that has heard nothing',
    message: { kind: 'hello', round: 3, leaving: false, heard: null },
    frame: '0000001b020101020304050607080c0684cb00000003000000000000000000'
  },
  {
    name: 'a hello that has heard a flow',
    message: { kind: 'hello', round: 3, leaving: false, heard: mark },
    frame: '0000001b02010102030405060708033bcd650000000302deadbeef00000007'
  },
  {
    name: 'a hello of a peer that leaves',
    message: { kind: 'hello', round: 9, leaving: true, heard: mark },
    frame: '0000001b02010102030405060708036249ef0000000903deadbeef00000007'
  },
  {
    name: 'a pass',
    message: { kind: 'pass', round: 9, last: false },
    frame: '00000013020201020304050607088965fc3c0000000900'
  },
  {
    name: 'a last pass',
    message: { kind: 'pass', round: 9, last: true },
    frame: '0000001302020102030405060708fe62ccaa0000000901'
  },
  {
    name: 'an ack',
    message: { kind: 'ack', ...mark },
    frame: '0000001602030102030405060708c216bba9deadbeef00000007'
  },
  {
    name: 'a push',
    message: {
      kind: 'push',
      ...mark,
      round: 9,
      mass: 1.5 * 2 ** 32,
      worth: 2 ** 48 - 2 ** 16,
      bytes
    },
    frame:
      '000000320204010203040506070875486381deadbeef0000000700000009000180000000ffffffff000000000001000080ff00000080'
  }
]

for (const { name, message, frame } of GOLDEN) {
  test(`should encode ${name} as committed`, (t) => {
    const { kind, body } = codec.encode(message)
    t.is(Buffer.from(encodeFrame(TAG, kind, body)).toString('hex'), frame)
  })

  test(`should decode ${name} as committed`, (t) => {
    const decoded = decodeFrame(TAG, Buffer.from(frame, 'hex'))
    if (!('body' in decoded)) return t.fail(decoded.reason)
    const { channel } = codec.encode(message)
    return t.deepEqual(codec.decode(decoded.kind, channel, decoded.body), message)
  })
}
