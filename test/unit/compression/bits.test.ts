import test from 'ava'
import { BitReader, BitWriter, WIDEST } from '../../../src/compression/bits.ts'
import { seeded } from '../../../src/random.ts'

test('bits should be laid out from the lowest of each byte', (t) => {
  const bytes = new Uint8Array(4)
  const writer = new BitWriter(bytes, 1)
  writer.put(0b101, 3)
  writer.putUnary(2) // 0 0 1
  writer.put(0b1100_0011, 8)
  t.is(writer.finish(), 3)
  t.deepEqual([...bytes], [0, 0b1110_0101, 0b0011_0000, 0])
})

test('a reader should take back what a writer put, whatever the widths', (t) => {
  const random = seeded(5)
  for (let trial = 0; trial < 200; trial++) {
    const items = Array.from({ length: 100 }, () => {
      const width = random.integer(WIDEST + 1)
      const unary = random.integer(3) === 0
      return { unary, width, value: random.integer(unary ? 120 : 2 ** width) }
    })
    const bits = items.reduce(
      (sum, { unary, width, value }) => sum + (unary ? value + 1 : width),
      0
    )
    const bytes = new Uint8Array(Math.ceil(bits / 8) + 2)
    const writer = new BitWriter(bytes, 1)
    for (const { unary, width, value } of items) {
      if (unary) writer.putUnary(value)
      else writer.put(value, width)
    }
    const end = writer.finish()
    t.is(end, bytes.length - 1)
    const reader = new BitReader(bytes, 1, end)
    for (const { unary, width, value } of items) {
      t.is(unary ? reader.takeUnary() : reader.take(width), value, `trial ${trial}`)
    }
    t.true(reader.finished(), `trial ${trial}`)
  }
})

test('a reader should answer -1 where the bits end first', (t) => {
  t.is(new BitReader(new Uint8Array(100), 0, 100).takeUnary(), -1)
  t.is(new BitReader(new Uint8Array(0), 0, 0).takeUnary(), -1)
  const reader = new BitReader(Uint8Array.of(255, 255, 255), 0, 2)
  t.is(reader.take(15), 0x7fff)
  t.is(reader.take(2), -1)
  t.is(reader.take(1), 1)
  t.is(reader.take(1), -1)
})

test('a reader should be finished only when nothing but padding is left', (t) => {
  const after = (bytes: number[], width: number): boolean => {
    const reader = new BitReader(Uint8Array.from(bytes), 0, bytes.length)
    reader.take(width)
    return reader.finished()
  }
  t.true(after([0b0000_0111], 3))
  t.false(after([0b0000_1111], 3), 'a one in the padding')
  t.false(after([0b0000_0111, 0], 3), 'a whole byte of padding')
  t.true(after([], 0))
})
