/**
 * The messages of delta-set 1 to 7 in their frames, made once with Python's struct and zlib. A line that must
 * change here needs a new FRAME_VERSION.
 */
import test from 'ava'
import { createDeltaDecoder } from '../../src/compression/delta/index.ts'
import { writeBody } from '../../src/strategy/delta-set/body.ts'
import { deltaCodec } from '../../src/strategy/delta-set/codec.ts'
import type { Message } from '../../src/strategy/delta-set/kinds.ts'
import { layoutOf } from '../../src/vector/layout.ts'
import { decodeFrame, encodeFrame } from '../../src/wire/frame.ts'

const TAG = { manifest: 0x01020304, layout: 0x05060708 }
const LAYOUT = layoutOf([{ name: 'x', shape: [3] }])
const codec = deltaCodec(
  createDeltaDecoder({
    layout: LAYOUT,
    values: 'one-bit',
    selection: { kind: 'global' },
    maxDensity: 0.5,
    maxScale: 2 ** 24
  }),
  LAYOUT.length
)

const filled = (length: number, byte: number) => new Uint8Array(length).fill(byte)

const statement = {
  seq: 9,
  previous: filled(32, 0x11),
  bodyHash: filled(32, 0x22),
  signature: filled(64, 0x53)
}
const other = {
  seq: 9,
  previous: filled(32, 0x33),
  bodyHash: filled(32, 0x44),
  signature: filled(64, 0x54)
}
const signature = filled(64, 0x53)
const head = {
  last: false,
  samples: 64,
  steps: 8,
  stepMs: 2.5,
  loss: 1.5,
  weight: 0.5,
  halvings: 0
}
const end = { last: true, samples: 0, steps: 0, stepMs: 0, loss: null, weight: 1, halvings: 0 }

interface Golden {
  readonly name: string
  readonly message: Message
  readonly frame: string
}

const GOLDEN: readonly Golden[] = [
  {
    name: 'the first names',
    message: { kind: 'names', channel: 'control', first: 0, names: ['alice', 'böb'] },
    frame: '0000001b020101020304050607083589dbf1000205616c6963650462c3b662'
  },
  {
    name: 'a later name, on the other channel',
    message: { kind: 'names', channel: 'bulk', first: 300, names: ['c'] },
    frame: '0000001302010102030405060708f77ab326ac02010163'
  },
  {
    name: 'what a peer has',
    message: {
      kind: 'have',
      holdings: [
        { origin: 0, seq: 5, floor: 2, tag: 0xdeadbeef },
        { origin: 300, seq: Number.MAX_SAFE_INTEGER, floor: Number.MAX_SAFE_INTEGER, tag: 1 }
      ]
    },
    frame: '00000025020201020304050607082a207f8202000503deadbeefac02ffffffffffffff0f0000000001'
  },
  {
    name: 'a peer that has nothing',
    message: { kind: 'have', holdings: [] },
    frame: '0000000f0202010203040506070826e4f2fe00'
  },
  {
    name: 'what a peer wants',
    message: {
      kind: 'want',
      ranges: [
        { origin: 1, from: 6, count: 2 },
        { origin: 200, from: 2 ** 40, count: 1 }
      ]
    },
    frame: '0000001b02030102030405060708d8c243eb02010602c80180808080802001'
  },
  {
    // Index 1 of tensor x, negative, times 5: gap 1 and a minus in the bits 0, 1, 1.
    name: 'a delta',
    message: {
      kind: 'delta',
      origin: 1,
      seq: 9,
      signature,
      body: writeBody(head, Uint8Array.of(1, 1, 5, 0, 0b110))
    },
    frame: [
      '0000006402040102030405060708fb431e3b010953535353535353535353535353535353535353535353',
      '535353535353535353535353535353535353535353535353535353535353535353535353535353535353',
      '0200000040000841003e00008000000101050006'
    ].join('')
  },
  {
    name: 'the last delta of an origin',
    message: {
      kind: 'delta',
      origin: 0,
      seq: 130,
      signature,
      body: writeBody(end, Uint8Array.of(1, 0))
    },
    frame: [
      '00000062020401020304050607088691b731008201535353535353535353535353535353535353535353',
      '535353535353535353535353535353535353535353535353535353535353535353535353535353535353',
      '530100000000000000000000010000000100'
    ].join('')
  },
  {
    name: 'a question about a statement',
    message: { kind: 'ask-statement', origin: 1, seq: 9 },
    frame: '000000100205010203040506070852aa3bed0109'
  },
  {
    name: 'a statement',
    message: { kind: 'statement', origin: 1, statement },
    frame: [
      '00000090020601020304050607086ee62184010911111111111111111111111111111111111111111111',
      '111111111111111111112222222222222222222222222222222222222222222222222222222222222222',
      '535353535353535353535353535353535353535353535353535353535353535353535353535353535353',
      '53535353535353535353535353535353535353535353'
    ].join('')
  },
  {
    name: 'a proof',
    message: { kind: 'proof', origin: 1, seq: 9, statements: [statement, other] },
    frame: [
      '00000110020701020304050607086fe476af010911111111111111111111111111111111111111111111',
      '111111111111111111112222222222222222222222222222222222222222222222222222222222222222',
      '535353535353535353535353535353535353535353535353535353535353535353535353535353535353',
      '535353535353535353535353535353535353535353533333333333333333333333333333333333333333',
      '333333333333333333333333444444444444444444444444444444444444444444444444444444444444',
      '444454545454545454545454545454545454545454545454545454545454545454545454545454545454',
      '545454545454545454545454545454545454545454545454'
    ].join('')
  }
]

for (const { name, message, frame } of GOLDEN) {
  test(`should encode ${name} as committed`, (t) => {
    const { kind, body } = codec.encode(message)
    t.is(Buffer.from(encodeFrame(TAG, kind, body)).toString('hex'), frame)
  })

  test(`should decode ${name} as committed`, (t) => {
    const { channel } = codec.encode(message)
    const decoded = decodeFrame(TAG, Buffer.from(frame, 'hex'))
    if (!('body' in decoded)) return t.fail(decoded.reason)
    return t.deepEqual(codec.decode(decoded.kind, channel, decoded.body), message)
  })

  test(`should refuse ${name} with any bit flipped`, (t) => {
    const bytes = Buffer.from(frame, 'hex')
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      t.true('reason' in decodeFrame(TAG, bytes), `bit ${bit}`)
      bytes[bit >> 3]! ^= 1 << (bit & 7)
    }
  })

  test(`should refuse ${name} cut short, lengthened, and on the other channel`, (t) => {
    const { kind, channel, body } = codec.encode(message)
    for (let length = 0; length < body.length; length++) {
      t.is(codec.decode(kind, channel, body.subarray(0, length)).kind, 'rejected', `${length}`)
    }
    t.is(codec.decode(kind, channel, Buffer.concat([body, Buffer.of(0)])).kind, 'rejected')
    const wrong = channel === 'bulk' ? 'control' : 'bulk'
    const there = codec.decode(kind, wrong, body)
    if (message.kind === 'names') t.like(there, { kind: 'names', channel: wrong })
    else t.deepEqual(there, { kind: 'rejected', reason: 'kind' })
  })
}
