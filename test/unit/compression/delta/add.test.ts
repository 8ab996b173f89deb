import test from 'ava'
import { addDelta, type DecodedDelta } from '../../../../src/compression/delta/index.ts'
import { seeded } from '../../../../src/random.ts'

test('a delta should be added, wrapping around, and taken back', (t) => {
  const random = seeded(59)
  const word = (): number => (random.next() * 2 ** 32) | 0
  for (let count = 0; count < 30; count++) {
    const before = Int32Array.from({ length: 100 }, word)
    const indices = Int32Array.from({ length: 32 }, (_, i) => 3 * i + random.integer(3))
    const values = Int32Array.from({ length: 32 }, () => word() >> 1)
    const delta: DecodedDelta = { count, indices, values }
    const expected = before.map((x, i) => {
      const j = indices.subarray(0, count).indexOf(i)
      return j < 0 ? x : Number(BigInt.asIntN(32, BigInt(x) - BigInt(values[j]!)))
    })
    const theta = before.slice()
    addDelta(theta, delta, -1)
    t.deepEqual(theta, expected)
    addDelta(theta, delta, 1)
    t.deepEqual(theta, before)
  }
})
