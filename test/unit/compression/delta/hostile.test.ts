import test from 'ava'
import {
  createDeltaDecoder,
  createDeltaEncoder,
  type DeltaCodeOptions,
  type DeltaDecoder
} from '../../../../src/compression/delta/index.ts'
import { type Random, seeded } from '../../../../src/random.ts'
import { layoutOf } from '../../../../src/vector/layout.ts'
import { integersOf, readSlowly, type TensorDelta, writeSlowly } from './oracle.ts'
import { optionsOf } from './vectors.ts'

const small = layoutOf([
  { name: 'a', shape: [9, 20] },
  { name: 'b', shape: [5] },
  { name: 'c', shape: [300] }
])

const CODES: readonly DeltaCodeOptions[] = (['one-bit', 'two-level'] as const).map((values) =>
  optionsOf(values, { kind: 'global' }, { layout: small, maxDensity: 0.1, maxScale: 1_000_000 })
)

const payload = (options: DeltaCodeOptions, random: Random): Uint8Array => {
  const encoder = createDeltaEncoder(options)
  for (let i = 0; i < small.length; i++) encoder.residual[i] = 1e-2 * random.normal()
  return encoder.encode(0.1 * random.next() + 1e-3, 0.25)!
}

/** A delta of a few values here and there, with levels that nobody would choose. */
const oddDelta = (options: DeltaCodeOptions, random: Random): (TensorDelta | null)[] =>
  options.layout.tensors.map(({ offset, size }) => {
    const places = Array.from({ length: random.integer(6) }, () => offset + random.integer(size))
    const indices = [...new Set(places)].sort((a, b) => a - b)
    if (indices.length === 0) return null
    const low = 1 + random.integer(500_000)
    const high = options.values === 'one-bit' ? low : low + random.integer(3)
    const flags = (): boolean[] => indices.map(() => random.integer(2) === 0)
    const upper = high > low ? flags() : indices.map(() => false)
    return { low, high, indices, negative: flags(), upper }
  })

/** What check and decode must hold to, whatever the bytes: null if they are refused. */
const decodedWithin = (
  decoder: DeltaDecoder,
  { maxScale, maxDensity }: DeltaCodeOptions,
  bytes: Uint8Array
): boolean => {
  if (decoder.check(bytes) !== null) return true
  const { count, indices, values } = decoder.decode(bytes)
  if (count > Math.round(maxDensity * small.length)) return false
  for (let i = 0; i < count; i++) {
    if (indices[i]! <= (indices[i - 1] ?? -1) || indices[i]! >= small.length) return false
    if (values[i] === 0 || Math.abs(values[i]!) > maxScale) return false
  }
  return true
}

test('a payload that check passes should decode as a slow reader reads it', (t) => {
  const random = seeded(37)
  for (const options of CODES) {
    const decoder = createDeltaDecoder(options)
    for (let trial = 0; trial < 4000; trial++) {
      const bytes = payload(options, random)
      for (let flips = random.integer(3); flips > 0; flips--) {
        bytes[random.integer(bytes.length)]! ^= 1 << random.integer(8)
      }
      const read = readSlowly(bytes, options)
      t.is(decoder.check(bytes), typeof read === 'string' ? read : null)
      if (typeof read === 'string') continue
      const tensors = read.filter((tensor) => tensor !== null)
      const { count, indices, values } = decoder.decode(bytes)
      t.deepEqual(
        [...indices.slice(0, count)],
        tensors.flatMap(({ indices }) => indices)
      )
      t.deepEqual([...values.slice(0, count)], tensors.flatMap(integersOf))
    }
  }
})

test('a delta should be read whatever the Rice parameters of its sender', (t) => {
  const random = seeded(39)
  const layout = layoutOf([
    { name: 'a', shape: [8] },
    { name: 'b', shape: [9000] }
  ])
  for (const code of CODES) {
    const options = { ...code, layout }
    const decoder = createDeltaDecoder(options)
    for (let trial = 0; trial < 1000; trial++) {
      const tensors = oddDelta(options, random)
      const parameters = tensors.map(() => 3 + random.integer(22))
      const bytes = writeSlowly(tensors, options, parameters)
      t.is(decoder.check(bytes), bytes.length > decoder.maxBytes ? 'values' : null)
      if (bytes.length > decoder.maxBytes) continue
      const present = tensors.filter((tensor) => tensor !== null)
      const { count, indices, values } = decoder.decode(bytes)
      t.deepEqual(
        [...indices.slice(0, count)],
        present.flatMap(({ indices }) => indices)
      )
      t.deepEqual([...values.slice(0, count)], present.flatMap(integersOf))
    }
  }
})

test('a value of any length should be read, wherever in a byte it begins', (t) => {
  const layout = layoutOf([{ name: 'a', shape: [2 ** 15] }])
  const options = { ...CODES[1]!, layout }
  const decoder = createDeltaDecoder(options)
  for (let r = 0; r <= 8; r++) {
    for (let zeros = 0; zeros < 118; zeros++) {
      // All bits but the zeros are ones, so that a lost one is seen.
      const second = (zeros + 1) * 2 ** r - 1
      for (let first = 0; first < 8; first++) {
        const start = (first + 1) * 2 ** r
        const flags = { negative: [true, true], upper: [true, true] }
        const tensor = { low: 1, high: 2, indices: [start - 1, start + second], ...flags }
        const bytes = writeSlowly([tensor], options, [r])
        const { count, indices, values } = decoder.decode(bytes)
        t.deepEqual([count, ...indices.subarray(0, 2)], [2, ...tensor.indices])
        t.deepEqual([...values.subarray(0, 2)], [-2, -2])
      }
    }
  }
})

test('no flipped bit should be read as what was sent, nor out of bounds', (t) => {
  const random = seeded(41)
  for (const options of CODES) {
    const decoder = createDeltaDecoder(options)
    for (let trial = 0; trial < 20; trial++) {
      const bytes = payload(options, random)
      const sent = JSON.stringify(readSlowly(bytes, options))
      for (let bit = 0; bit < 8 * bytes.length; bit++) {
        const flipped = bytes.slice()
        flipped[bit >> 3]! ^= 1 << (bit & 7)
        t.true(decodedWithin(decoder, options, flipped))
        if (decoder.check(flipped) !== null) continue
        t.not(JSON.stringify(readSlowly(flipped, options)), sent, `bit ${bit}`)
      }
    }
  }
})

/** Bytes that a fuzzer would send: noise, payloads with some bytes changed, ends and doubled ends. */
const hostileBytes = (random: Random, valid: readonly Uint8Array[]): Uint8Array => {
  const bytes = valid[random.integer(valid.length)]!.slice()
  const kind = random.integer(4)
  if (kind === 0) return bytes.subarray(0, random.integer(bytes.length + 1))
  if (kind === 1) return Uint8Array.of(...bytes, random.integer(256))
  const changed = kind === 2 ? 1 + random.integer(3) : bytes.length
  for (let i = 0; i < changed; i++) bytes[random.integer(bytes.length)] = random.integer(256)
  return bytes
}

test('a million hostile inputs should neither throw nor decode out of bounds', (t) => {
  const random = seeded(43)
  let bad = 0
  let passed = 0
  for (const options of CODES) {
    const decoder = createDeltaDecoder(options)
    const valid = Array.from({ length: 64 }, () => payload(options, random))
    for (let i = 0; i < 500_000; i++) {
      const bytes = hostileBytes(random, valid)
      if (!decodedWithin(decoder, options, bytes)) bad++
      if (decoder.check(bytes) === null) passed++
    }
  }
  t.is(bad, 0)
  t.true(passed > 10_000, 'the inputs must not all be refused at once')
})

test('what is too long should be refused before it is read', (t) => {
  for (const options of CODES) {
    const decoder = createDeltaDecoder(options)
    t.is(decoder.check(new Uint8Array(decoder.maxBytes + 1)), 'values')
    t.is(decoder.check(new Uint8Array(decoder.maxBytes)), 'values')
    t.is(decoder.check(new Uint8Array(100 * decoder.maxBytes)), 'values')
    t.is(decoder.check(new Uint8Array(0)), 'values')
  }
})
