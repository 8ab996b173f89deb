/**
 * Every message of gossip averaging in its frame, made once with Python's struct and zlib. A line that
 * must change here needs a new FRAME_VERSION.
 */
import test from 'ava'
import { float16 } from '../../src/compression/float16.ts'
import { int4 } from '../../src/compression/int4.ts'
import { none } from '../../src/compression/none.ts'
import { gossipCodec } from '../../src/strategy/gossip-averaging/codec.ts'
import type { Message } from '../../src/strategy/gossip-averaging/kinds.ts'
import { decodeFrame, encodeFrame } from '../../src/wire/frame.ts'

const TAG = { manifest: 0x01020304, layout: 0x05060708 }
const LENGTH = 3
const plain = gossipCodec(none, float16, LENGTH)
const quantised = gossipCodec(int4, float16, LENGTH)

const id = '1122334455667788'
const have = { id, k: 7 }
const values = Float32Array.of(1, -0.5, 65504)

interface Golden {
  readonly name: string
  readonly message: Message
  readonly codec?: typeof plain
  readonly frame: string
}

const GOLDEN: readonly Golden[] = [
  {
    name: 'a hello that wants an edge',
    message: { kind: 'hello', nonce: 0xdeadbeef, wanted: true, degree: 4, have: null },
    frame: '0000002101010102030405060708ff571ac7deadbeef010004000000000000000000000000'
  },
  {
    name: 'a hello that wants nothing',
    message: { kind: 'hello', nonce: 1, wanted: false, degree: 0, have: null },
    frame: '000000210101010203040506070851d12d2600000001000000000000000000000000000000'
  },
  {
    name: 'a hello that resumes an edge',
    message: { kind: 'hello', nonce: 0xdeadbeef, wanted: true, degree: 4, have },
    frame: '0000002101010102030405060708e2538017deadbeef030004112233445566778800000007'
  },
  {
    name: 'a hello on an edge that is ending',
    message: { kind: 'hello', nonce: 5, wanted: false, degree: 0, have: { id, k: 0 } },
    frame: '000000210101010203040506070806806ed200000005020000112233445566778800000000'
  },
  {
    name: 'a retire',
    message: { kind: 'retire', id, final: 7 },
    frame: '0000001a01020102030405060708eaef511e112233445566778800000007'
  },
  {
    name: 'a done',
    message: { kind: 'done', id },
    frame: '0000001601030102030405060708fd6139481122334455667788'
  },
  {
    name: 'the first exchange of an edge, float16',
    message: { kind: 'exchange', id, k: 1, shift: 0, bytes: float16.encode(values) },
    frame: '0000002101040102030405060708ab46c5d211223344556677880000000100003c00b8ff7b'
  },
  {
    name: 'a later exchange without compression',
    message: { kind: 'exchange', id, k: 2, shift: 3, bytes: none.encode(values) },
    frame: '0000002701040102030405060708d9f7b1a1112233445566778800000002030000803f000000bf00e07f47'
  },
  {
    name: 'a later exchange in int4',
    // The scale is 1, and -3.5 lies between two codes: the even one.
    message: {
      kind: 'exchange',
      id,
      k: 0x01020304,
      shift: 12,
      bytes: int4.encode(Float32Array.of(7, -3.5, 1))
    },
    codec: quantised,
    frame: '0000001f01040102030405060708adcf15fd1122334455667788010203040c003cc701'
  }
]

for (const { name, message, codec = plain, frame } of GOLDEN) {
  test(`should encode ${name} as committed`, (t) => {
    const { kind, body } = codec.encode(message)
    t.is(Buffer.from(encodeFrame(TAG, kind, body)).toString('hex'), frame)
  })

  test(`should decode ${name} as committed`, (t) => {
    const decoded = decodeFrame(TAG, Buffer.from(frame, 'hex'))
    if (!('body' in decoded)) return t.fail(decoded.reason)
    const channel = message.kind === 'exchange' ? 'bulk' : 'control'
    return t.deepEqual(codec.decode(decoded.kind, channel, decoded.body), message)
  })
}
