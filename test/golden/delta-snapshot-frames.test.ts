/**
 * The messages of delta-set about snapshots, 8 to 15, in their frames, made once with Python's struct
 * and zlib. A line that must change here needs a new FRAME_VERSION.
 */
import test from 'ava'
import { createDeltaDecoder } from '../../src/compression/delta/index.ts'
import { deltaCodec } from '../../src/strategy/delta-set/codec.ts'
import type { Message } from '../../src/strategy/delta-set/kinds.ts'
import { layoutOf } from '../../src/vector/layout.ts'
import { decodeFrame, encodeFrame } from '../../src/wire/frame.ts'

const TAG = { manifest: 0x01020304, layout: 0x05060708 }
/** One chunk of twelve bytes. */
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

const first = { origin: 0, seq: 1, samples: 0, digest: filled(32, 0x22) }
const second = { origin: 300, seq: 70_000, samples: 1_000_000, digest: filled(32, 0x11) }
const id = filled(32, 0x66)
const signature = filled(64, 0x53)

interface Golden {
  readonly name: string
  readonly message: Message
  readonly frame: string
}

const GOLDEN: readonly Golden[] = [
  {
    name: 'the word that a snapshot was taken',
    message: { kind: 'restored', times: 300 },
    frame: '000000100208010203040506070815456dc6ac02'
  },
  {
    name: 'a request for a snapshot',
    message: { kind: 'snapshot-ask' },
    frame: '0000000e020901020304050607087173630b'
  },
  {
    name: 'an offer of a snapshot',
    message: {
      kind: 'snapshot-offer',
      lines: [first, second],
      hashes: [filled(32, 0x44)],
      signature
    },
    frame:
      '000000ba020a0102030405060708ec31e7d1020001002222222222222222222222222222222222222222' +
      '222222222222222222222222ac02f0a204c0843d11111111111111111111111111111111111111111111' +
      '111111111111111111114444444444444444444444444444444444444444444444444444444444444444' +
      '535353535353535353535353535353535353535353535353535353535353535353535353535353535353' +
      '53535353535353535353535353535353535353535353'
  },
  {
    name: 'a question about a snapshot',
    message: { kind: 'snapshot-confirm', lines: [second], root: filled(32, 0x55) },
    frame:
      '00000057020b01020304050607087a699b5a01ac02f0a204c0843d111111111111111111111111111111' +
      '111111111111111111111111111111111155555555555555555555555555555555555555555555555555' +
      '55555555555555'
  },
  {
    name: 'a confirmation',
    message: { kind: 'snapshot-confirmed', id, signature, serves: true },
    frame:
      '0000006f020c0102030405060708b665fc0f666666666666666666666666666666666666666666666666' +
      '666666666666666653535353535353535353535353535353535353535353535353535353535353535353' +
      '53535353535353535353535353535353535353535353535353535353535301'
  },
  {
    name: 'a refusal',
    message: { kind: 'snapshot-refused', id, reason: 'differs' },
    frame:
      '0000002f020d010203040506070821ac6c29666666666666666666666666666666666666666666666666' +
      '666666666666666602'
  },
  {
    name: 'a request for a chunk',
    message: { kind: 'chunk-ask', id, index: 0 },
    frame:
      '0000002f020e0102030405060708f7998676666666666666666666666666666666666666666666666666' +
      '666666666666666600'
  },
  {
    name: 'a chunk',
    message: { kind: 'chunk', id, index: 0, bytes: Uint8Array.from({ length: 12 }, (_, i) => i) },
    frame:
      '0000003b020f01020304050607087cabc206666666666666666666666666666666666666666666666666' +
      '666666666666666600000102030405060708090a0b'
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
}
