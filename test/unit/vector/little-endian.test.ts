import test from 'ava'
import { bytesOfFloats, floatsIn } from '../../../src/vector/little-endian.ts'

const VALUES = new Float32Array([1, -2.5, 0, -0, 3e38, 1e-45])

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length)

test('should write what a DataView reads', (t) => {
  const bytes = bytesOfFloats(VALUES.subarray(1))
  t.is(bytes.length, 20)
  t.deepEqual(
    [0, 1, 2, 3, 4].map((i) => viewOf(bytes).getFloat32(4 * i, true)),
    [...VALUES.subarray(1)]
  )
})

test('should read what a DataView has written, wherever it lies', (t) => {
  for (const offset of [0, 1, 2, 3, 4]) {
    const bytes = new Uint8Array(offset + 4 * VALUES.length + 3).subarray(offset)
    VALUES.forEach((value, i) => {
      viewOf(bytes).setFloat32(4 * i, value, true)
    })
    t.deepEqual([...floatsIn(bytes)], [...VALUES])
  }
})

test('should leave the numbers themselves alone', (t) => {
  const bytes = bytesOfFloats(VALUES)
  bytes.fill(255)
  t.is(VALUES[0], 1)
})
