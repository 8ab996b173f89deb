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
    message: { kind: 'hello', nonce: 0xdeadbeef, wanted: true, degree: 4, round: 3, have: null },
    frame: '000000250201010203040506070877439218deadbeef01000400000003000000000000000000000000'
  },
  {
    name: 'a hello that wants nothing',
    message: { kind: 'hello', nonce: 1, wanted: false, degree: 0, round: 3, have: null },
    frame: '00000025020101020304050607086413f6720000000100000000000003000000000000000000000000'
  },
  {
    name: 'a hello that resumes an edge',
    message: { kind: 'hello', nonce: 0xdeadbeef, wanted: true, degree: 4, round: 3, have },
    frame: '0000002502010102030405060708b675bfa8deadbeef03000400000003112233445566778800000007'
  },
  {
    name: 'a hello on an edge that is ending',
    message: { kind: 'hello', nonce: 5, wanted: false, degree: 0, round: 3, have: { id, k: 0 } },
    frame: '000000250201010203040506070875aca5380000000502000000000003112233445566778800000000'
  },
  {
    name: 'a retire',
    message: { kind: 'retire', id, final: 7, round: 9 },
    frame: '0000001e020201020304050607088f0f616b11223344556677880000000700000009'
  },
  {
    name: 'a done',
    message: { kind: 'done', id },
    frame: '000000160203010203040506070817e7e42a1122334455667788'
  },
  {
    name: 'the first exchange of an edge, float16',
    message: { kind: 'exchange', id, k: 1, round: 9, shift: 0, bytes: float16.encode(values) },
    frame: '0000002502040102030405060708cbea3fa21122334455667788000000010000000009003c00b8ff7b'
  },
  {
    name: 'a later exchange without compression',
    message: { kind: 'exchange', id, k: 2, round: 9, shift: 3, bytes: none.encode(values) },
    frame:
      '0000002b02040102030405060708014641e111223344556677880000000203000000090000803f000000bf00e07f47'
  },
  {
    name: 'a later exchange in int4',
    // The scale is 1, and -3.5 lies between two codes: the even one.
    message: {
      kind: 'exchange',
      id,
      k: 0x01020304,
      round: 9,
      shift: 12,
      bytes: int4.encode(Float32Array.of(7, -3.5, 1))
    },
    codec: quantised,
    frame: '0000002302040102030405060708806e071f1122334455667788010203040c00000009003cc701'
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
