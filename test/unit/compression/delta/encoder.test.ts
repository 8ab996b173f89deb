import test from 'ava'
import {
  createDeltaDecoder,
  createDeltaEncoder,
  type DeltaCodeOptions
} from '../../../../src/compression/delta/index.ts'
import { seeded } from '../../../../src/random.ts'
import { layoutOf } from '../../../../src/vector/layout.ts'
import { layout, optionsOf, SELECTIONS } from './vectors.ts'

const UNIT = 2 ** -24

test('residual and all that was sent should add up to all that was put in', (t) => {
  const random = seeded(31)
  for (const values of ['one-bit', 'two-level'] as const) {
    for (const selection of SELECTIONS) {
      const options = optionsOf(values, selection)
      const encoder = createDeltaEncoder(options)
      const decoder = createDeltaDecoder(options)
      const put = new Float64Array(layout.length)
      const sent = new Float64Array(layout.length)
      const rounds = 30
      for (let round = 0; round < rounds; round++) {
        for (let i = 0; i < layout.length; i++) {
          const before = encoder.residual[i]!
          encoder.residual[i] = before + 1e-2 * random.normal()
          put[i] = put[i]! + (encoder.residual[i]! - before)
        }
        const weight = 1 / (1 + (round % 5))
        const decoded = decoder.decode(encoder.encode(0.03, weight)!)
        for (let j = 0; j < decoded.count; j++) {
          const index = decoded.indices[j]!
          sent[index] = sent[index]! + (decoded.values[j]! * UNIT) / weight
        }
      }
      // Each round rounds the residual once, to float32 of a magnitude below 1.
      const error = put.map((x, i) => Math.abs(x - sent[i]! - encoder.residual[i]!))
      t.true(error.every((x) => x <= rounds * 2 ** -25))
    }
  }
})

test('a residual that is not finite should not be coded, nor changed', (t) => {
  for (const selection of SELECTIONS) {
    const encoder = createDeltaEncoder(optionsOf('one-bit', selection))
    for (const bad of [NaN, -NaN, Infinity, -Infinity]) {
      for (const where of [0, 15, 16, 1234, layout.length - 1]) {
        encoder.residual.fill(0.5)
        encoder.residual[where] = bad
        const before = encoder.residual.slice()
        t.is(encoder.encode(0.01, 1), null)
        t.deepEqual(encoder.residual, before)
      }
      encoder.residual.fill(bad)
      t.is(encoder.encode(0.01, 1), null)
    }
  }
})

test('what rounds to nothing should be left out, tensor by tensor', (t) => {
  const encoder = createDeltaEncoder(optionsOf('two-level', { kind: 'global' }))
  const decoder = createDeltaDecoder(optionsOf('two-level', { kind: 'global' }))
  t.is(encoder.encode(0.01, 1), null, 'all zero')
  encoder.residual[0] = 0.49 * UNIT
  encoder.residual[2870] = 3 * UNIT // the second tensor
  const { count, indices } = decoder.decode(encoder.encode(0.01, 1)!)
  t.deepEqual([...indices.slice(0, count)], [2870])
  t.is(encoder.residual[0], Math.fround(0.49 * UNIT))
  t.is(encoder.residual[2870], 0)
  t.is(encoder.encode(0.01, 1), null, 'what is left is too small')
})

test('the lower of two levels should be a unit at least', (t) => {
  const options = optionsOf('two-level', { kind: 'global' })
  const encoder = createDeltaEncoder(options)
  const decoder = createDeltaDecoder(options)
  encoder.residual.fill(0.1 * UNIT, 0, 8)
  encoder.residual[8] = 9 * UNIT
  const { count, values } = decoder.decode(encoder.encode(0.01, 1)!)
  t.deepEqual([...values.slice(0, count)], [1, 1, 1, 1, 1, 1, 1, 1, 9])
})

test('scale and density should stop at their caps', (t) => {
  const options = optionsOf('one-bit', { kind: 'global' }, { maxScale: 1000, maxDensity: 0.01 })
  const encoder = createDeltaEncoder(options)
  const decoder = createDeltaDecoder(options)
  encoder.residual.fill(1)
  const bytes = encoder.encode(0.9, 0.5)!
  t.is(decoder.check(bytes), null)
  const { count, values } = decoder.decode(bytes)
  t.is(count, Math.round(0.01 * layout.length))
  t.true(values.slice(0, count).every((value) => value === 1000))
  t.is(encoder.residual[0], Math.fround(1 - (1000 * UNIT) / 0.5))
})

test('impossible options and arguments should be refused', (t) => {
  const wrong: readonly Partial<DeltaCodeOptions>[] = [
    { maxDensity: 0 },
    { maxDensity: 1.01 },
    { maxDensity: NaN },
    { maxScale: 0 },
    { maxScale: 2 ** 30 + 1 },
    { maxScale: 1.5 },
    { selection: { kind: 'chunk', size: 0 } },
    { selection: { kind: 'chunk', size: 2.5 } },
    { layout: layoutOf([{ name: 'a', shape: [2 ** 28 + 1] }]) }
  ]
  for (const others of wrong) {
    const options = optionsOf('one-bit', { kind: 'global' }, others)
    t.throws(() => createDeltaEncoder(options), { instanceOf: RangeError })
    t.throws(() => createDeltaDecoder(options), { instanceOf: RangeError })
  }
  const encoder = createDeltaEncoder(optionsOf('one-bit', { kind: 'global' }))
  for (const [density, weight] of [
    [0, 1],
    [NaN, 1],
    [0.1, 0],
    [0.1, -1],
    [0.1, NaN],
    [0.1, Infinity]
  ] as const) {
    t.throws(() => encoder.encode(density, weight), { instanceOf: RangeError })
  }
})

test('a small model should cost little memory, and no parameters should cost none', (t) => {
  const ten = layoutOf([{ name: 'a', shape: [10_000] }])
  const { residual } = createDeltaEncoder(
    optionsOf('two-level', { kind: 'global' }, { layout: ten, maxDensity: 0.03 })
  )
  t.true(residual.buffer.byteLength <= 2 * 65_536)

  const none = optionsOf('one-bit', { kind: 'global' }, { layout: layoutOf([]) })
  t.is(createDeltaEncoder(none).encode(1, 1), null)
  t.is(createDeltaDecoder(none).check(Uint8Array.of(1)), null)
})

test('every density up to one should fit what a decoder allows', (t) => {
  const random = seeded(47)
  for (const values of ['one-bit', 'two-level'] as const) {
    for (const selection of SELECTIONS) {
      for (const maxDensity of [1e-4, 0.05, 0.5, 1]) {
        const options = optionsOf(values, selection, { maxDensity })
        const encoder = createDeltaEncoder(options)
        const decoder = createDeltaDecoder(options)
        // Indices in lumps are what one Rice parameter suits worst.
        for (let i = 0; i < layout.length; i++) {
          encoder.residual[i] = ((i >> 6) % 3 === 0 ? 1e9 : 1) * random.normal()
        }
        t.is(decoder.check(encoder.encode(1, 1)!), null)
      }
    }
  }
})
