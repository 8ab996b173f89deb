import test from 'ava'
import {
  decodeFrame,
  encodeFrame,
  FRAME_OVERHEAD,
  type Frame,
  tagOf
} from '../../../src/wire/frame.ts'
import type { Rejected, RejectReason } from '../../../src/wire/reject.ts'

const TAG = { manifest: 0xdeadbeef, layout: 0x00c0ffee }
const BODY = Uint8Array.from([1, 2, 3, 250, 251])

const reasonOf = (outcome: Frame | Rejected): RejectReason | null =>
  'reason' in outcome ? outcome.reason : null

for (const size of [0, 1, 255, 65_536]) {
  test(`should give back a body of ${size} bytes`, (t) => {
    const body = Uint8Array.from({ length: size }, (_, i) => i * 7)
    const bytes = encodeFrame(TAG, 63, body)
    t.is(bytes.byteLength, FRAME_OVERHEAD + size)
    const frame = decodeFrame(TAG, bytes) as Frame
    t.is(frame.kind, 63)
    t.is(frame.size, bytes.byteLength)
    t.deepEqual(Buffer.from(frame.body), Buffer.from(body))
  })
}

test('should take the first four bytes of a hash as its tag', (t) => {
  t.is(tagOf('deadbeef00112233'), 0xdeadbeef)
})

/** Where one flipped bit is noticed, and as what. */
const FLIPS: ReadonlyArray<[field: string, at: number, reason: RejectReason]> = [
  ['length', 3, 'length'],
  ['version', 4, 'version'],
  ['kind', 5, 'checksum'],
  ['manifest tag', 6, 'manifest'],
  ['layout tag', 13, 'layout'],
  ['checksum', 14, 'checksum'],
  ['body', 20, 'checksum']
]

for (const [field, at, reason] of FLIPS) {
  test(`should reject a frame whose ${field} has one bit flipped as ${reason}`, (t) => {
    const bytes = encodeFrame(TAG, 1, BODY)
    bytes[at]! ^= 0x10
    t.is(reasonOf(decodeFrame(TAG, bytes)), reason)
  })
}

test('should reject what is shorter than a header', (t) => {
  const bytes = encodeFrame(TAG, 1, BODY)
  for (let size = 0; size < FRAME_OVERHEAD; size++) {
    t.is(reasonOf(decodeFrame(TAG, bytes.slice(0, size))), 'length', `${size} bytes`)
  }
})

test('should reject a length field that is not the length', (t) => {
  const bytes = new Uint8Array(100)
  bytes.set(encodeFrame(TAG, 1, BODY))
  t.is(reasonOf(decodeFrame(TAG, bytes)), 'length')
})

test('should decode a frame that lies inside a larger buffer', (t) => {
  const bytes = encodeFrame(TAG, 9, BODY)
  const around = new Uint8Array(bytes.byteLength + 20)
  around.set(bytes, 7)
  const frame = decodeFrame(TAG, around.subarray(7, 7 + bytes.byteLength)) as Frame
  t.deepEqual(Array.from(frame.body), Array.from(BODY))
})
