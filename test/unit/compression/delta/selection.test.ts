import test from 'ava'
import { createDeltaDecoder, createDeltaEncoder } from '../../../../src/compression/delta/index.ts'
import { largestIndices } from '../../../../src/compression/largest.ts'
import { type Random, seeded } from '../../../../src/random.ts'
import { layoutOf } from '../../../../src/vector/layout.ts'
import { optionsOf } from './vectors.ts'

const LENGTH = 200_003

/** Vectors that a sample of one value in 16 tells well, little or nothing of. */
const VECTORS: Readonly<Record<string, (random: Random, i: number) => number>> = {
  normal: (random) => random.normal(),
  'all in one place': (random, i) => (i >= 77_000 && i < 78_000 ? 1 : 1e-4) * random.normal(),
  'few that stand out': (random, i) => (i % 20_011 === 5 ? 1 : 1e-3) * random.normal(),
  'few values that are not zero': (random) => (random.integer(5000) === 0 ? random.normal() : 0),
  'nine of ten equal': (random) => (random.integer(10) === 0 ? random.normal() : 0.5),
  'all equal': () => 3,
  'subnormal and normal': (random) => random.normal() * 2 ** -random.integer(140),
  ascending: (_, i) => 1 + i,
  descending: (_, i) => LENGTH - i
}

const layout = layoutOf([{ name: 'all', shape: [LENGTH] }])

for (const [name, draw] of Object.entries(VECTORS)) {
  test(`a long vector should be cut at the exact magnitude: ${name}`, (t) => {
    const random = seeded(29).fork(name)
    // At the largest weight even these subnormals do not round to nothing.
    const options = optionsOf('one-bit', { kind: 'global' }, { layout, maxDensity: 0.6 })
    const encoder = createDeltaEncoder(options)
    const decoder = createDeltaDecoder(options)
    for (const density of [1e-5, 1e-3, 0.01, 0.1, 0.6]) {
      for (let i = 0; i < LENGTH; i++) encoder.residual[i] = draw(random, i)
      const kept = largestIndices(encoder.residual, Math.round(density * LENGTH))
      const expected = kept.filter((i) => encoder.residual[i] !== 0)
      const { count, indices } = decoder.decode(encoder.encode(density, 2 ** 24)!)
      t.deepEqual(indices.slice(0, count), expected, `density ${density}`)
    }
  })
}

test('values that a sample cannot see should be found all the same', (t) => {
  const random = seeded(53)
  const options = optionsOf('one-bit', { kind: 'global' }, { layout, maxDensity: 0.01 })
  const encoder = createDeltaEncoder(options)
  // wasm/delta/select.ts looks at these lines of 16, and gathers what is above what it sees there:
  // far more than its lists can hold.
  const lines = LENGTH >> 8
  const distance = Math.floor(LENGTH / lines)
  for (let i = 0; i < LENGTH; i++) encoder.residual[i] = 1 + random.next()
  for (let line = 0; line < lines; line++) {
    const moved = (Math.imul(line, 0x9e3779b1) >>> 8) % (distance - 15)
    encoder.residual.fill(0.5, line * distance + moved, line * distance + moved + 16)
  }
  const kept = largestIndices(encoder.residual, 2000)
  const { count, indices } = createDeltaDecoder(options).decode(encoder.encode(0.01, 1)!)
  t.deepEqual(indices.slice(0, count), kept)
})
