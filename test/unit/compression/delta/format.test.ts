import test from 'ava'
import {
  createDeltaDecoder,
  createDeltaEncoder,
  type DeltaCodeOptions,
  emptyDelta
} from '../../../../src/compression/delta/index.ts'
import { layoutOf } from '../../../../src/vector/layout.ts'
import { optionsOf } from './vectors.ts'

const layout = layoutOf([
  { name: 'a', shape: [4, 4] },
  { name: 'b', shape: [3] },
  { name: 'c', shape: [40] }
])
const others = { layout, maxDensity: 0.1, maxScale: 100_000 }
const oneBit = optionsOf('one-bit', { kind: 'global' }, others)
const twoLevel = optionsOf('two-level', { kind: 'global' }, others)

const encoded = (options: DeltaCodeOptions): number[] => {
  const { residual, encode } = createDeltaEncoder(options)
  residual[3] = 16 * 2 ** -24
  residual[9] = -48 * 2 ** -24
  residual[19 + 30] = 300 * 2 ** -24
  return [...encode(0.05, 1)!]
}

test('the bytes of one-bit values should be these', (t) => {
  // a: gaps 3 and 5 with r = 1 as 0 1, 1, 0 and 0 0 1, 1, 1 (zeros and one, low bits, sign).
  // c: gap 30 with r = 4 as 0 1, 0 1 1 1, 0.
  const a = [2, 32, 1, 0b1100_0110, 0b1]
  t.deepEqual(encoded(oneBit), [1, ...a, 0, 1, 0b1_010_1100, 0b10, 4, 0b011_1010])
})

test('the bytes of two-level values should be these', (t) => {
  // a: levels 16 and 16 + 32, so that every value has one more bit; c: a single level.
  const a = [2, 16, 32, 1, 0b1000_0110, 0b111]
  t.deepEqual(encoded(twoLevel), [2, ...a, 0, 1, 0b1_010_1100, 0b10, 0, 4, 0b011_1010])
})

test('check should say what is wrong with a payload', (t) => {
  const { check } = createDeltaDecoder(oneBit)
  const a = [2, 32, 1, 0b1100_0110, 0b1]
  const cases: readonly (readonly [string, readonly number[], 'scale' | 'values' | null])[] = [
    ['nothing', [], 'values'],
    ['values of another kind', [2, ...a, 0, 0], 'values'],
    ['right', [1, ...a, 0, 0], null],
    ['a tensor is missing', [1, ...a, 0], 'values'],
    ['a tensor too many', [1, ...a, 0, 0, 0], 'values'],
    ['more values than the density allows', [1, 7, 32, 0, 255, 255, 255, 0, 0], 'values'],
    ['more values than the tensor has', [1, 0, 4, 32, 0, 255, 0, 0], 'values'],
    ['a count in more bytes than it needs', [1, 0x82, 0, 32, 1, 0b1100_0110, 0b1, 0, 0], 'values'],
    ['a count without end', [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 'values'],
    ['no scale', [1, 2, 0, 1, 0b1100_0110, 0b1, 0, 0], 'scale'],
    ['a scale in more bytes than it needs', [1, 1, 0xa0, 0, 4, 0b1_1001, 0, 0], 'values'],
    ['the largest scale', [1, 1, 0xa0, 0x8d, 0x06, 4, 0b1_0111, 0, 0], null],
    ['a scale above it', [1, 1, 0xa1, 0x8d, 0x06, 4, 0b1_0111, 0, 0], 'scale'],
    ['a scale beyond 32 bits', [1, 1, 0xff, 0xff, 0xff, 0xff, 0x7f, 4, 0b1_0111, 0, 0], 'scale'],
    ['a Rice parameter of 24', [1, 1, 32, 24, 1, 0, 0, 0, 0, 0], null],
    ['a Rice parameter of 25', [1, 1, 32, 25, 1, 0, 0, 0, 0, 0], 'values'],
    ['an index beyond the tensor', [1, 1, 32, 3, 0b0100, 0, 0], 'values'],
    ['the last index', [1, 1, 32, 3, 0b1_1110, 0, 0], null],
    ['an index beyond 32 bits', [1, 1, 32, 24, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], 'values'],
    ['padding that is not zero', [1, 2, 32, 1, 0b1100_0110, 0b11, 0, 0], 'values'],
    ['gaps without end', [1, 1, 32, 3, 0, 0], 'values'],
    ['an end within a value', [1, 0, 0, 1, 32, 4, 0b1000_0000], 'values']
  ]
  for (const [what, bytes, problem] of cases) t.is(check(Uint8Array.from(bytes)), problem, what)

  const high = [1, 0x80, 0x0a, 0xa0, 0x83, 0x06, 4, 0b1_0111, 0, 0] // 1280 and 98,720 more
  const two = createDeltaDecoder(twoLevel)
  t.is(two.check(Uint8Array.of(2, ...high)), null)
  t.is(two.check(Uint8Array.of(2, ...high.with(3, 0xa1))), 'scale')
})

test('a delta without values should pass, and hold none', (t) => {
  for (const options of [oneBit, twoLevel]) {
    const decoder = createDeltaDecoder(options)
    t.is(decoder.check(emptyDelta(options)), null)
    t.is(decoder.decode(emptyDelta(options)).count, 0)
  }
})
