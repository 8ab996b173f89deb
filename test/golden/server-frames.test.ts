/**
 * Every message of the parameter server in its frame, made once with Python's struct and zlib. A line that
 * must change here needs a new FRAME_VERSION.
 */
import test from 'ava'
import { none } from '../../src/compression/none.ts'
import { KIND, serverCodec } from '../../src/strategy/parameter-server/codec.ts'
import type { Message } from '../../src/strategy/parameter-server/kinds.ts'
import { decodeFrame, encodeFrame } from '../../src/wire/frame.ts'

const TAG = { manifest: 0x01020304, layout: 0x05060708 }
/** Shard 0 has one parameter, shard 1 two. */
const codec = serverCodec(none, [
  { from: 0, to: 1 },
  { from: 1, to: 3 }
])

interface Golden {
  readonly name: string
  readonly message: Message
  readonly frame: string
}

const GOLDEN: readonly Golden[] = [
  {
    name: 'a request for a term',
    message: { kind: 'stand', shard: 1, term: 7 },
    frame: '000000130201010203040506070887c2debd0100000007'
  },
  {
    name: 'a promise that tells of an earlier group',
    message: {
      kind: 'promise',
      shard: 1,
      term: 7,
      granted: true,
      promised: 7,
      accepted: { term: 5, group: ['a', 'bé'] },
      held: 5,
      version: 300
    },
    frame:
      '0000002902020102030405060708a79aa06e0100000007030000000700000005ac02000000050201610362c3a9'
  },
  {
    name: 'a refusal',
    message: {
      kind: 'promise',
      shard: 0,
      term: 7,
      granted: false,
      promised: 9,
      accepted: null,
      held: 0,
      version: 0
    },
    frame: '0000001d020201020304050607089d68b567000000000700000000090000000000'
  },
  {
    name: 'a group that is to be settled',
    message: { kind: 'settle', shard: 1, term: 7, group: ['b', 'a'] },
    frame: '00000018020301020304050607088ece7f1001000000070201620161'
  },
  {
    name: 'a group that is settled',
    message: { kind: 'settled', shard: 1, term: 7, granted: true, promised: 7 },
    frame: '0000001802040102030405060708cd75038c01000000070100000007'
  },
  {
    name: 'who serves',
    message: { kind: 'lead', shard: 1, term: 7, over: false, group: ['b', 'a'] },
    frame: '00000019020501020304050607086a1204a50100000007000201620161'
  },
  {
    name: 'a beat',
    message: { kind: 'beat', shard: 1, term: 7, op: 1000 },
    frame: '00000015020601020304050607088a9f12ac0100000007e807'
  },
  {
    name: 'its answer',
    message: { kind: 'beaten', shard: 1, term: 7, op: 999 },
    frame: '0000001502070102030405060708a36f9ff20100000007e707'
  },
  {
    name: 'an operation: a join',
    message: {
      kind: 'append',
      shard: 1,
      term: 7,
      n: 3,
      op: { kind: 'join', peer: 'a', life: 0xdeadbeef, role: 'server' }
    },
    frame: '0000001c0208010203040506070840ad8d1e010000000703000161deadbeef02'
  },
  {
    name: 'an operation: a push',
    message: {
      kind: 'append',
      shard: 1,
      term: 7,
      n: 4,
      op: {
        kind: 'push',
        peer: 'a',
        seq: 200,
        base: 3,
        weight: 64,
        bytes: none.encode(Float32Array.of(1, -0.5))
      }
    },
    frame: '0000002602080102030405060708fb7b9693010000000704010161c80103000000400000803f000000bf'
  },
  {
    name: 'an operation: a drop',
    message: { kind: 'append', shard: 1, term: 7, n: 5, op: { kind: 'drop', peer: 'a' } },
    frame: '000000170208010203040506070862414549010000000705020161'
  },
  {
    name: 'an operation: a finish',
    message: {
      kind: 'append',
      shard: 1,
      term: 7,
      n: 6,
      op: { kind: 'finish', peer: 'a', complete: true }
    },
    frame: '0000001802080102030405060708196ef5f101000000070603016101'
  },
  {
    name: 'an operation: the opening',
    message: { kind: 'append', shard: 1, term: 7, n: 7, op: { kind: 'open' } },
    frame: '0000001502080102030405060708eaf25a9e01000000070704'
  },
  {
    name: 'a request for a piece of the state',
    message: { kind: 'ask-state', shard: 1, term: 7, piece: 2 },
    frame: '000000140209010203040506070866403382010000000702'
  },
  {
    name: 'a piece of the state',
    message: {
      kind: 'state',
      shard: 1,
      term: 7,
      piece: 1,
      pieces: 3,
      op: 300,
      steps: 12,
      bytes: none.encode(Float32Array.of(2, 65504))
    },
    frame: '00000020020a0102030405060708214cb7a401000000070103ac020c0000004000e07f47'
  },
  {
    name: 'a join',
    message: { kind: 'join', shard: 0, life: 0xdeadbeef, role: 'trainer' },
    frame: '00000014020b01020304050607084c30aa1200deadbeef01'
  },
  {
    name: 'a push',
    message: {
      kind: 'push',
      shard: 0,
      life: 0xdeadbeef,
      seq: 9,
      base: 8,
      weight: 32,
      bytes: none.encode(Float32Array.of(0.25))
    },
    frame: '0000001d020c01020304050607089f4b1e0c00deadbeef0908000000200000803e'
  },
  {
    name: 'a push without an update',
    message: {
      kind: 'push',
      shard: 0,
      life: 0xdeadbeef,
      seq: 9,
      base: 8,
      weight: 0,
      bytes: new Uint8Array()
    },
    frame: '00000019020c010203040506070849de91f800deadbeef090800000000'
  },
  {
    name: 'a pull',
    message: { kind: 'pull', shard: 0, life: 0xdeadbeef, seq: 9, version: 8 },
    frame: '00000015020d01020304050607082c3143c600deadbeef0909'
  },
  {
    name: 'a pull of one who has nothing',
    message: { kind: 'pull', shard: 0, life: 0xdeadbeef, seq: 0, version: -1 },
    frame: '00000015020d0102030405060708842f402b00deadbeef0000'
  },
  {
    name: 'an acknowledgement',
    message: { kind: 'counted', shard: 0, life: 0xdeadbeef, seq: 9, late: true },
    frame: '00000015020e01020304050607080b227f0600deadbeef0901'
  },
  {
    name: 'parameters',
    message: {
      kind: 'params',
      shard: 0,
      life: 0xdeadbeef,
      seq: 9,
      version: 10,
      round: 10,
      late: false,
      rests: false,
      bytes: none.encode(Float32Array.of(3))
    },
    frame: '0000001a020f0102030405060708ed0b47d300deadbeef090a0a00004040'
  },
  {
    name: 'a farewell',
    message: { kind: 'finish', shard: 0, life: 0xdeadbeef, complete: true },
    frame: '0000001402100102030405060708d6a693a300deadbeef01'
  },
  {
    name: 'its answer to a farewell',
    message: { kind: 'parted', shard: 0, life: 0xdeadbeef },
    frame: '00000013021101020304050607081fac228400deadbeef'
  },
  {
    name: 'word to a stranger',
    message: { kind: 'stranger', shard: 0, life: 0xdeadbeef },
    frame: '000000130212010203040506070863cd075f00deadbeef'
  }
]

test('every kind of message should be among them', (t) => {
  t.deepEqual(
    [...new Set(GOLDEN.map(({ message }) => message.kind))].sort(),
    Object.keys(KIND).sort()
  )
})

for (const { name, message, frame } of GOLDEN) {
  test(`should encode ${name} as committed`, (t) => {
    const { kind, body } = codec.encode(message)
    t.is(Buffer.from(encodeFrame(TAG, kind, body)).toString('hex'), frame)
  })

  test(`should decode ${name} as committed, and nothing of it shortened or lengthened`, (t) => {
    const decoded = decodeFrame(TAG, Buffer.from(frame, 'hex'))
    if (!('body' in decoded)) return t.fail(decoded.reason)
    const { kind, body } = decoded
    const { channel } = codec.encode(message)
    const other = channel === 'bulk' ? 'control' : 'bulk'
    t.deepEqual(codec.decode(kind, channel, body), message)
    t.deepEqual(codec.decode(kind, other, body), { kind: 'rejected', reason: 'kind' })
    for (let length = 0; length < body.length; length++) {
      const short = codec.decode(kind, channel, body.subarray(0, length))
      // A push without its update is one without examples, and says so.
      t.is(short.kind, 'rejected', `${length} bytes`)
    }
    t.is(codec.decode(kind, channel, Buffer.concat([body, Buffer.of(0)])).kind, 'rejected')
  })
}
