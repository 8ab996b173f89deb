import test from 'ava'
import type { Compressor } from '../../src/compression/compressor.ts'
import { type Random, seeded } from '../../src/random.ts'
import type { Vector } from '../../src/vector/vector.ts'
import type { Oracle } from './compressor-oracle.ts'

const lengths = [1, 2, 127, 128, 129, 1000, 4097]

/** The vectors that codes are likely to get wrong, by name; `i` is the index. */
const shapes: Record<string, (random: Random, i: number, length: number) => number> = {
  normal: (random) => 0.01 * random.normal(),
  'heavy tail': (random) => random.normal() / random.normal() ** 3,
  zeros: () => 0,
  'one spike at the end': (_, i, length) => (i === length - 1 ? -3 : 0),
  'one spike on noise': (random, i, length) => (i === length >> 1 ? 1e4 : 1e-4 * random.normal()),
  alternating: (_, i) => (i % 2 === 0 ? 1 : -1),
  'ties of codes': (random) => (random.integer(255) - 127) / 2,
  'few magnitudes': (random) => random.integer(5) - 2,
  'dense front': (_, i, length) => (i < length / 10 ? 1 : 0),
  'float32 subnormals': (random) => 1e-42 * random.normal(),
  'scales below the halves': (random) => 1e-7 * random.normal(),
  'subnormal scales': (random) => 1e-5 * random.normal(),
  'scales near the largest half': (random) => 65504 * 127 * (1 - 1e-3 * random.next()),
  'beyond the halves': (random) => 1e6 * random.normal(),
  huge: (random) => 1e30 * random.normal(),
  'the largest float32': (_, i) => (i % 3 === 0 ? -3.4028234663852886e38 : 3.4028234663852886e38)
}

const vectors = function* (): Generator<{ label: string; values: Vector }> {
  for (const [shape, draw] of Object.entries(shapes)) {
    for (const length of lengths) {
      const random = seeded(7).fork(shape).fork(length)
      // In the middle of a larger buffer: a code must respect byteOffset.
      const values = new Float32Array(length + 4).subarray(3, 3 + length)
      for (let i = 0; i < length; i++) values[i] = draw(random, i, length)
      yield { label: `${shape}, ${length}`, values }
    }
  }
}

const decode = (compressor: Compressor, bytes: Uint8Array, length: number): Vector => {
  const into = new Float32Array(length)
  compressor.addDecoded(bytes, into)
  return into
}

const firstDifference = (a: ArrayLike<number>, b: ArrayLike<number>): string | null => {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return `[${i}] ${a[i]} is not ${b[i]}`
  return a.length === b.length ? null : `lengths ${a.length} and ${b.length}`
}

/** One damaged copy of `bytes`: cut, lengthened, a few bits flipped, or noise of the same length. */
const damaged = (bytes: Uint8Array, random: Random): Uint8Array => {
  const kind = random.integer(8)
  if (kind === 0) return bytes.slice(0, random.integer(bytes.length))
  if (kind === 1) return Uint8Array.of(...bytes, ...new Uint8Array(1 + random.integer(3)))
  const copy = bytes.slice()
  if (kind === 2) return copy.map(() => random.integer(256))
  for (let flips = 1 + random.integer(3); flips > 0; flips--) {
    // The front holds headers, scales and indices: half of the flips go there.
    const reach = random.integer(2) === 0 ? Math.min(8, copy.length) : copy.length
    copy[random.integer(reach)]! ^= 1 << random.integer(8)
  }
  return copy
}

/** Runs the contract of src/compression/compressor.ts; `largest` bounds any decoded magnitude. */
export const compressorContract = (
  title: string,
  compressor: Compressor,
  oracle: Oracle,
  largest: number
): void => {
  test(`${title} should give the same bytes for the same vector, in memory of their own`, (t) => {
    for (const { label, values } of vectors()) {
      const first = compressor.encode(values)
      const copy = first.slice()
      const input = values.slice()
      compressor.encode(values.map((x) => -x / 2))
      t.deepEqual(compressor.encode(values), copy, label)
      t.is(firstDifference(values, input), null, `${label}: the input changed`)
      values.fill(0)
      t.deepEqual(first, copy, `${label}: the code shares memory`)
    }
  })

  test(`${title} should stay within maxBytes and accept its own code`, (t) => {
    for (const { label, values } of vectors()) {
      const bytes = compressor.encode(values)
      t.true(bytes.length <= compressor.maxBytes(values.length), `${label}: ${bytes.length} bytes`)
      t.is(compressor.check(bytes, values.length), null, label)
    }
  })

  test(`${title} should decode to what brute force in float64 gives`, (t) => {
    for (const { label, values } of vectors()) {
      const decoded = decode(compressor, compressor.encode(values), values.length)
      t.is(firstDifference(decoded, oracle(values).decoded), null, label)
    }
  })

  test(`${title} should keep every element within half a step`, (t) => {
    for (const { label, values } of vectors()) {
      const decoded = decode(compressor, compressor.encode(values), values.length)
      const { bound } = oracle(values)
      const worst = values.findIndex((x, i) => !(Math.abs(x - decoded[i]!) <= bound[i]!))
      t.is(worst, -1, `${label}: ${values[worst]} became ${decoded[worst]}`)
    }
  })

  test(`${title} should add what it decodes, from bytes at any offset`, (t) => {
    const random = seeded(11)
    for (const { label, values } of vectors()) {
      const bytes = compressor.encode(values)
      const frame = new Uint8Array(bytes.length + 2).fill(255)
      frame.set(bytes, 1)
      const inside = frame.subarray(1, 1 + bytes.length)
      t.is(compressor.check(inside, values.length), null, label)
      const into = Float32Array.from(values, () => random.normal())
      const decoded = decode(compressor, bytes, values.length)
      const sum = into.map((x, i) => x + decoded[i]!)
      compressor.addDecoded(inside, into)
      t.is(firstDifference(into, sum), null, label)
    }
  })

  test(`${title} should reject or decode to bounded values whatever the bytes are`, (t) => {
    const random = seeded(13)
    let passed = 0
    for (const length of [1, 2, 5, 127, 128, 129, 300]) {
      const code = compressor.encode(Float32Array.from({ length }, () => random.normal()))
      for (let trial = 0; trial < 700; trial++) {
        const bytes = damaged(code, random)
        if (compressor.check(bytes, length) !== null) continue
        passed++
        const decoded = decode(compressor, bytes, length)
        const wrong = decoded.find((x) => !(Math.abs(x) <= largest))
        t.is(wrong, undefined, `trial ${trial} of length ${length}`)
        t.true(bytes.length <= compressor.maxBytes(length), 'a code longer than maxBytes')
      }
      t.is(typeof compressor.check(new Uint8Array(0), length), 'string')
    }
    t.true(passed > 0, 'no damaged code passed: the fuzzer never reached the decoder')
  })

  test(`${title} should not take a code for one of quite another length`, (t) => {
    const code = compressor.encode(Float32Array.from({ length: 300 }, (_, i) => i))
    for (const length of [0, 1, 150, 600, 1e9]) {
      t.is(typeof compressor.check(code, length), 'string', `${length}`)
    }
  })
}
