import test from 'ava'
import { anyUnused, codes4, codes8 } from '../../../src/compression/codes.ts'
import { seeded } from '../../../src/random.ts'

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer)

/** One byte of every value at every place of a run, among bytes that are all fine. */
const runs = function* (): Generator<{ bytes: Uint8Array; start: number; at: number }> {
  for (let value = 0; value < 256; value++) {
    for (let start = 0; start < 4; start++) {
      for (let at = start; at < start + 11; at++) {
        const bytes = new Uint8Array(start + 11).fill(0x77)
        bytes[at] = value
        yield { bytes, start, at }
      }
    }
  }
}

test('should find the unused 8-bit code wherever it is, and nothing else', (t) => {
  for (const { bytes, start, at } of runs()) {
    const found = anyUnused(viewOf(bytes), start, bytes.length, codes8)
    if (found !== (bytes[at] === 0x80)) t.fail(`${bytes[at]} at ${at} from ${start}`)
  }
  t.pass()
})

test('should find the unused 4-bit code in either half of a byte, and nothing else', (t) => {
  for (const { bytes, start, at } of runs()) {
    const found = anyUnused(viewOf(bytes), start, bytes.length, codes4)
    const value = bytes[at]!
    const expected = (value & 15) === 8 || value >>> 4 === 8
    if (found !== expected) t.fail(`${value} at ${at} from ${start}`)
  }
  t.pass()
})

test('should look at no byte outside its range', (t) => {
  const bytes = new Uint8Array(20).fill(0x88)
  bytes.fill(0x11, 5, 14)
  t.false(anyUnused(viewOf(bytes), 5, 14, codes4))
  t.true(anyUnused(viewOf(bytes), 4, 14, codes4))
  t.true(anyUnused(viewOf(bytes), 5, 15, codes4))
})

for (const [name, codes] of [
  ['4', codes4],
  ['8', codes8]
] as const) {
  test(`should write and add only what it is asked to, with ${name} bits`, (t) => {
    const random = seeded(3)
    const { largest } = codes
    for (const count of [1, 2, 3, 127, 128]) {
      const values = new Float32Array(count + 6)
      for (let i = 0; i < values.length; i++) values[i] = random.integer(2 * largest + 1) - largest
      const size = codes.bytesFor(count)
      const bytes = new Uint8Array(size + 6).fill(0x55)
      codes.write(values, 2, 2 + count, 1, bytes, 3)
      t.true(bytes.subarray(0, 3).every((byte) => byte === 0x55))
      t.true(bytes.subarray(3 + size).every((byte) => byte === 0x55))

      const into = new Float32Array(count + 6).fill(0.5)
      codes.add(bytes, 3, 0.25, into, 2, 2 + count)
      // Whole codes at scale 1 lose nothing; a quarter of each is exact.
      const expected = values.map((x, i) => (i < 2 || i >= 2 + count ? 0.5 : 0.5 + x / 4))
      t.deepEqual([...into], [...expected], `${count} values`)
    }
  })
}
