import test from 'ava'
import { decodeFields, encodeFields } from '../../../../src/network/reach/protobuf.ts'

test('should write what the protobuf guide shows', (t) => {
  // "A Simple Message" and "Submessages" of protobuf.dev's Encoding.
  t.deepEqual([...encodeFields([[1, 150]])], [0x08, 0x96, 0x01])
  const text = new TextEncoder().encode('testing')
  t.deepEqual([...encodeFields([[2, text]])], [0x12, 0x07, ...text])
  t.deepEqual([...encodeFields([[3, encodeFields([[1, 150]])]])], [0x1a, 0x03, 0x08, 0x96, 0x01])
})

test('should read what it writes, repeated fields in order', (t) => {
  const [a, b] = [Uint8Array.of(1), Uint8Array.of(2, 3)]
  const message = decodeFields(
    encodeFields([
      [1, 7],
      [2, a],
      [1, 300],
      [2, b]
    ])
  )!
  t.is(message.number(1), 300)
  t.deepEqual(message.all(2), [a, b])
  t.deepEqual(message.bytes(2), b)
  t.is(message.number(2), null)
  t.is(message.bytes(1), null)
  t.is(message.message(9), null)
})

test('should pass over fixed widths, and read nothing that is no protobuf', (t) => {
  const fixed = Uint8Array.of(0x09, 1, 2, 3, 4, 5, 6, 7, 8, 0x15, 1, 2, 3, 4, 0x18, 5)
  t.is(decodeFields(fixed)!.number(3), 5)
  for (const bytes of [
    [0x0b],
    [0x08],
    [0x12, 0x05, 1],
    [0x08, ...new Array<number>(11).fill(255)]
  ]) {
    t.is(decodeFields(Uint8Array.from(bytes)), null, `${bytes}`)
  }
})

test('should never throw, whatever comes', (t) => {
  let state = 1
  for (let i = 0; i < 20_000; i++) {
    const bytes = Uint8Array.from({ length: i % 40 }, () => {
      state = (state * 48_271) % 2_147_483_647
      return state & 255
    })
    t.notThrows(() => decodeFields(bytes)?.message(2)?.all(1))
  }
})
