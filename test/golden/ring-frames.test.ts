/**
 * Every message of ring-all-reduce in its frame, made once with Python's struct and zlib. A line that
 * must change here needs a new FRAME_VERSION.
 */
import test from 'ava'
import { none } from '../../src/compression/none.ts'
import { seeded } from '../../src/random.ts'
import { ringCodec } from '../../src/strategy/ring-all-reduce/codec.ts'
import type { Message } from '../../src/strategy/ring-all-reduce/kinds.ts'
import { FIRST_MARK } from '../../src/strategy/ring-all-reduce/mark.ts'
import { decodeFrame, encodeFrame } from '../../src/wire/frame.ts'

const TAG = { manifest: 0x01020304, layout: 0x05060708 }
const RING = '1122334455667788'
const codec = ringCodec(1024)
const mark = { ring: RING, generation: 3, step: 300, samples: 76_800 }
const two = none.encode(Float32Array.of(1, -0.5))

interface Golden {
  readonly name: string
  readonly message: Message
  readonly frame: string
}

const GOLDEN: readonly Golden[] = [
  {
    name: 'a status of a member',
    message: {
      kind: 'status',
      ring: RING,
      view: 3,
      promised: 4,
      mark,
      trains: true,
      leaving: false
    },
    frame:
      '00000027020101020304050607089250a28c11223344556677880304112233445566778803ac0280' + 'd80401'
  },
  {
    name: 'a status of who is in no ring and wants to go',
    message: {
      ...{ kind: 'status', ring: null, view: 0, promised: 0, mark: FIRST_MARK },
      ...{ trains: false, leaving: true }
    },
    frame: '00000024020101020304050607080fb4614800000000000000000000000000000000000000000002'
  },
  {
    name: 'a proposal for the end of a step',
    message: { kind: 'propose', generation: 5, ring: RING, after: 300 },
    frame: '00000019020201020304050607083487ba84051122334455667788ac02'
  },
  {
    name: 'a proposal of a first ring',
    message: { kind: 'propose', generation: 1, ring: null, after: 0 },
    frame: '0000001802020102030405060708eea8843401000000000000000000'
  },
  {
    name: 'a vote',
    message: {
      ...{ kind: 'vote', generation: 5, ring: RING, mark, trains: true, leaving: true },
      ...{ pace: 12.5, busy: 40, linked: ['b', 'c'] },
      confirmed: { generation: 3, members: ['a', 'b'] },
      attempts: [{ generation: 4, members: ['a', 'b', 'c'] }]
    },
    frame:
      '0000003e02030102030405060708982d3fee051122334455667788112233445566778803ac0280d8' +
      '0403d46128020162016301030201610162010403016101620163'
  },
  {
    name: 'an installation',
    message: {
      ...{ kind: 'install', generation: 5, ring: RING, base: mark },
      members: [
        { name: 'a', trains: true, pace: 12.5 },
        { name: 'b', trains: false, pace: 0 }
      ],
      ...{ sources: [null, 'a'], confirmed: null, attempts: [] }
    },
    frame:
      '0000003502040102030405060708797fcf7e051122334455667788112233445566778803ac0280d8' +
      '0402016101d46101620000020001610000'
  },
  {
    name: 'a member that is ready',
    message: { kind: 'ready', generation: 5, missing: 0 },
    frame: '00000010020501020304050607084f1a464d0500'
  },
  {
    name: 'a beginning',
    message: { kind: 'begin', generation: 5 },
    frame: '0000000f020601020304050607085f65a60b05'
  },
  {
    name: 'a piece of a sum',
    message: {
      ...{ kind: 'piece', generation: 5, step: 300, seq: 17, chunk: 1, bucket: 2 },
      ...{ whole: false, samples: 96, pace: 0, bytes: two }
    },
    frame:
      '00000037020701020304050607087c7bc9b2000000050000012c0000001100000001000000024058' +
      '00000000000000000000000000803f000000bf'
  },
  {
    name: 'a piece of the whole sum',
    message: {
      ...{ kind: 'piece', generation: 5, step: 300, seq: 18, chunk: 2, bucket: 0 },
      ...{ whole: true, samples: 256, pace: 12.5, bytes: two }
    },
    frame:
      '000000370207010203040506070822f5d308000000050000012c0000001200000002000000004070' +
      '00000000000041480000010000803f000000bf'
  },
  {
    name: 'pieces that have been dealt with',
    message: { kind: 'took', generation: 5, count: 18 },
    frame: '000000100208010203040506070877377a020512'
  },
  {
    name: 'a question for a chunk of state',
    message: { kind: 'fetch', generation: 5, offset: 262_144 },
    frame: '00000012020901020304050607086e8c13cd05808010'
  },
  {
    name: 'a chunk of state',
    message: {
      ...{ kind: 'state', generation: 5, total: 262_148, offset: 262_144 },
      bytes: Uint8Array.of(1, 2, 3, 4)
    },
    frame:
      '00000026020a01020304050607087810e17c00000005411000100000000041100000000000000102' + '0304'
  }
]

for (const { name, message, frame } of GOLDEN) {
  test(`${name} should have these bytes, and be read from them`, (t) => {
    const { kind, channel, body, tail } = codec.encode(message)
    t.is(Buffer.from(encodeFrame(TAG, kind, body, tail)).toString('hex'), frame)
    const read = decodeFrame(TAG, new Uint8Array(Buffer.from(frame, 'hex')))
    if ('reason' in read) throw new Error(read.reason)
    const decoded = codec.decode(read.kind, channel, read.body)
    const bytes = 'bytes' in decoded ? { bytes: new Uint8Array(decoded.bytes) } : {}
    t.deepEqual({ ...decoded, ...bytes }, message)
    const other = channel === 'bulk' ? 'control' : 'bulk'
    t.deepEqual(codec.decode(read.kind, other, read.body), { kind: 'rejected', reason: 'kind' })
  })
}

test('bodies that are cut, long or changed should be refused or read, and never throw', (t) => {
  const random = seeded(1)
  let refused = 0
  for (const { message } of GOLDEN) {
    const { kind, channel, body: head, tail = new Uint8Array() } = codec.encode(message)
    const body = new Uint8Array([...head, ...tail])
    for (let cut = 0; cut < head.length; cut++) {
      const decoded = codec.decode(kind, channel, body.subarray(0, cut))
      t.is(decoded.kind, 'rejected', `${message.kind}, ${cut} bytes`)
    }
    for (let turn = 0; turn < 300; turn++) {
      const changed = body.slice()
      changed[random.integer(changed.length)] = random.integer(256)
      t.notThrows(() => {
        if (codec.decode(kind, channel, changed).kind === 'rejected') refused++
      })
    }
  }
  t.true(refused > 100, `${refused}`)
  for (const kind of [0, 11, 63]) {
    t.is(codec.decode(kind, 'control', new Uint8Array(8)).kind, 'rejected')
  }
  // A list that says that it is long is not believed.
  const long = Uint8Array.of(5, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 127)
  t.is(codec.decode(3, 'control', long).kind, 'rejected')
})
