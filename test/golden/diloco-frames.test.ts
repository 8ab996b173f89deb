/**
 * Every message of DiLoCo in its frame, made once with Python's struct and zlib. A line that must change
 * here needs a new FRAME_VERSION.
 */
import test from 'ava'
import { int4 } from '../../src/compression/int4.ts'
import { none } from '../../src/compression/none.ts'
import { dilocoCodec } from '../../src/strategy/diloco/codec.ts'
import type { Message } from '../../src/strategy/diloco/kinds.ts'
import { decodeFrame, encodeFrame } from '../../src/wire/frame.ts'

const TAG = { manifest: 0x01020304, layout: 0x05060708 }
const plain = dilocoCodec(none, 3)
const quantised = dilocoCodec(int4, 3)

const stance = { round: 3, merit: 17, id: '1122334455667788' }
const base = '8877665544332211'
const bytes = none.encode(Float32Array.of(1, -0.5, 65504))
const momentum = none.encode(Float32Array.of(0.25, 0, -2))
/** The scale is 1, and -3.5 lies between two codes: the even one. */
const coded = int4.encode(Float32Array.of(7, -3.5, 1))

const GOLDEN: ReadonlyArray<{
  readonly name: string
  readonly message: Message
  readonly frame: string
  readonly codec?: typeof plain
}> = [
  {
    name: 'a hello of a peer that trains',
    message: { kind: 'hello', stance, trains: true, joining: false, leaving: false },
    frame: '0000001f02010102030405060708c19480800000000300000011112233445566778801'
  },
  {
    name: 'a hello of a peer that joins',
    message: { kind: 'hello', stance, trains: true, joining: true, leaving: false },
    frame: '0000001f020101020304050607082f9ae1ac0000000300000011112233445566778803'
  },
  {
    name: 'a hello of a peer that leaves',
    message: { kind: 'hello', stance, trains: true, joining: false, leaving: true },
    frame: '0000001f02010102030405060708c6f944990000000300000011112233445566778805'
  },
  {
    name: 'a close',
    message: {
      kind: 'close',
      stance,
      entries: [
        { origin: 'ada', round: 3, base },
        { origin: 'bob', round: 1, base: 'ffffffffffffffff' }
      ]
    },
    frame:
      '00000040020201020304050607089fce43200000000300000011112233445566778800020000000388776655443322110361646100000001ffffffffffffffff03626f62'
  },
  {
    name: 'a want',
    message: { kind: 'want', origin: 'ada', round: 3, base },
    frame: '0000001e020301020304050607085d4eb8bf00000003887766554433221103616461'
  },
  {
    name: 'an ask',
    message: { kind: 'ask' },
    frame: '0000000e02040102030405060708803c845c'
  },
  {
    name: 'a part of its sender',
    message: {
      kind: 'part',
      stance,
      origin: null,
      part: { round: 3, base, weight: 1.5, samples: 256, bytes }
    },
    frame:
      '0000003f02050102030405060708c4391921000000030000001111223344556677880000000388776655443322113fc0000000000100000000803f000000bf00e07f47'
  },
  {
    name: 'a part that is passed on, in int4',
    message: {
      kind: 'part',
      stance,
      origin: 'ada',
      part: { round: 2, base, weight: 30_000, samples: 0xffffffff, bytes: coded }
    },
    codec: quantised,
    frame:
      '0000003a020501020304050607082e78c7840000000300000011112233445566778800000002887766554433221146ea6000ffffffff03616461003cc701'
  },
  {
    name: 'the parameters of a state',
    message: { kind: 'state', stance, samples: 0x123456789abc, vector: 'parameters', bytes },
    frame:
      '000000310206010203040506070816ba747f00000003000000111122334455667788123456789abc000000803f000000bf00e07f47'
  },
  {
    name: 'the momentum of a state',
    message: { kind: 'state', stance, samples: 0, vector: 'momentum', bytes: momentum },
    frame:
      '00000031020601020304050607080d0ec4fd00000003000000111122334455667788000000000000010000803e00000000000000c0'
  }
]

for (const { name, message, frame, codec = plain } of GOLDEN) {
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
