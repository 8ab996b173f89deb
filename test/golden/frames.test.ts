/** The bytes on the wire, made once with Python's struct and zlib. A line that must change here needs a new FRAME_VERSION. */
import test from 'ava'
import { decodeFrame, encodeFrame, type Frame } from '../../src/wire/frame.ts'

const TAG = { manifest: 0x01234567, layout: 0x89abcdef }

interface Golden {
  readonly name: string
  readonly kind: number
  readonly body: string
  readonly frame: string
}

const GOLDEN: readonly Golden[] = [
  {
    name: 'a grant of 524288 bytes on bulk',
    kind: 0,
    body: '0100080000',
    frame: '0000001302000123456789abcdefdf06ea610100080000'
  },
  {
    name: 'a message of kind 1',
    kind: 1,
    body: '00ff7f80deadbeef',
    frame: '0000001602010123456789abcdefe60f3b7300ff7f80deadbeef'
  },
  {
    name: 'a message without a body',
    kind: 63,
    body: '',
    frame: '0000000e023f0123456789abcdef3b558338'
  }
]

for (const { name, kind, body, frame } of GOLDEN) {
  test(`should encode ${name} as committed`, (t) => {
    const bytes = encodeFrame(TAG, kind, Buffer.from(body, 'hex'))
    t.is(Buffer.from(bytes).toString('hex'), frame)
  })

  test(`should decode ${name} as committed`, (t) => {
    const decoded = decodeFrame(TAG, Buffer.from(frame, 'hex')) as Frame
    t.is(decoded.kind, kind)
    t.is(Buffer.from(decoded.body).toString('hex'), body)
  })
}
