import test from 'ava'
import { largestIndices } from '../../../src/compression/largest.ts'
import { cheapestRice, MAX_RICE, riceBound } from '../../../src/compression/rice.ts'
import { topK } from '../../../src/compression/top-k.ts'
import { permutation, type Random, seeded } from '../../../src/random.ts'
import { largestBySorting } from '../../contract/compressor-oracle.ts'

const draws: Record<string, (random: Random) => number> = {
  normal: (random) => random.normal(),
  'few magnitudes': (random) => random.integer(7) - 3,
  'both zeros': (random) => (random.integer(2) === 0 ? 0 : -0),
  'equal up to the last bits': (random) => 1 + random.integer(40) * 2 ** -23,
  'all scales': (random) => random.normal() * 10 ** (random.integer(70) - 40)
}

for (const [name, draw] of Object.entries(draws)) {
  test(`largestIndices should keep what sorting keeps, of equals the lowest: ${name}`, (t) => {
    const random = seeded(17).fork(name)
    for (const length of [1, 2, 50, 999]) {
      const values = Float32Array.from({ length }, () => draw(random))
      for (const k of [0, 1, length >> 3, length >> 1, length - 1, length]) {
        t.deepEqual(
          [...largestIndices(values, k)],
          largestBySorting(values, k),
          `${k} of ${length}`
        )
      }
    }
  })
}

test('cheapestRice should find the best parameter of all, within its bound', (t) => {
  const random = seeded(19)
  const cost = (indices: Int32Array, r: number): number =>
    indices.reduce(
      (bits, x, i) => bits + 1 + r + Math.floor((x - (indices[i - 1] ?? -1) - 1) / 2 ** r),
      0
    )
  for (let trial = 0; trial < 300; trial++) {
    const length = 1 + random.integer(5000)
    const k = 1 + random.integer(Math.min(length, 1 + random.integer(length)))
    // Every third set is one dense run at the far end: the worst case for a single parameter.
    const indices =
      trial % 3 === 0
        ? Int32Array.from({ length: k }, (_, i) => length - k + i)
        : permutation(random, length).slice(0, k).sort()
    const { parameter, bits } = cheapestRice(indices)
    const costs = Array.from({ length: MAX_RICE + 1 }, (_, r) => cost(indices, r))
    t.is(bits, Math.min(...costs), `${k} of ${length}`)
    t.is(parameter, costs.indexOf(bits), `${k} of ${length}`)
    t.true(bits <= riceBound(k, length), `${k} of ${length}`)
  }
})

test('top-k should keep max(1, round(fraction length)) values', (t) => {
  for (const [fraction, length, k] of [
    [0.001, 10, 1],
    [0.1, 25, 3],
    [0.1, 24, 2],
    [0.5, 1, 1],
    [1, 30, 30]
  ] as const) {
    const code = topK(fraction, 8)
    const into = new Float32Array(length)
    code.addDecoded(code.encode(Float32Array.from(into, (_, i) => 1 + i / length)), into)
    t.is(into.filter((x) => x !== 0).length, k, `${fraction} of ${length}`)
  }
})

test('maxBytes should be reached, so that it is no loose guess', (t) => {
  const code = topK(0.1, 8)
  const values = new Float32Array(1000)
  for (let i = 0; i < 100; i++) values[10 * i + 9] = 1 // the widest even gaps
  t.true(code.maxBytes(1000) - code.encode(values).length <= 13)
})

test('check should name what is wrong with the indices', (t) => {
  const code = topK(0.1, 8) // one of ten: [parameter][gap][scale, scale, code]
  const block = [0x00, 0x3c, 1]
  t.is(code.check(Uint8Array.of(3, 0b0000_0001, ...block), 10), null)
  t.is(code.check(Uint8Array.of(3, 0b0001_0010, ...block), 10), 'an index is out of range')
  t.is(
    code.check(Uint8Array.of(25, 0b0000_0001, ...block), 10),
    'the Rice parameter is out of range'
  )
  t.is(code.check(Uint8Array.of(3, 0, ...block), 10), 'the indices end early')
  t.is(code.check(Uint8Array.of(24, 1, ...block), 10), 'the indices end early')
  t.is(
    code.check(Uint8Array.of(3, 0b0001_0001, ...block), 10),
    'the indices do not fill their bytes'
  )
  t.is(code.check(Uint8Array.of(3, 1, 0, 0, 0, 0, 0, ...block), 10), 'the length is wrong')
  t.is(code.check(Uint8Array.of(3, 1, 0x00, 0xbc, 1), 10), 'a scale is negative')
  t.is(code.check(Uint8Array.of(3), 10), 'the length is wrong')
})
