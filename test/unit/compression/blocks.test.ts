import test from 'ava'
import { int4 } from '../../../src/compression/int4.ts'
import { int8 } from '../../../src/compression/int8.ts'

const ONE = [0x00, 0x3c] // the half 1.0

test('int8 should be a half scale and one code a value', (t) => {
  const bytes = int8.encode(Float32Array.of(127, -127, 0.4, 0.6))
  t.deepEqual([...bytes], [...ONE, 127, 129, 0, 1])
})

test('int4 should pack pairs, the first in the low nibble', (t) => {
  const bytes = int4.encode(Float32Array.of(7, -1, -7))
  t.deepEqual([...bytes], [...ONE, 0xf7, 0x09])
})

test('codes should tie to even, the same on both sides of zero', (t) => {
  const bytes = int8.encode(Float32Array.of(127, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5))
  t.deepEqual([...new Int8Array(bytes.buffer)].slice(3), [0, 2, 2, 0, -2, -2])
})

test('a block of zeros should have scale zero and decode to zeros', (t) => {
  t.deepEqual([...int4.encode(new Float32Array(4))], [0, 0, 0, 0])
})

test('a scale below the smallest half should be the smallest half, not zero', (t) => {
  const smallest = 2 ** -24
  const into = new Float32Array(2)
  int4.addDecoded(int4.encode(Float32Array.of(2.4 * smallest, -0.9 * smallest)), into)
  t.deepEqual([...into], [2 * smallest, -smallest])
})

test('a subnormal scale should be rounded up where rounding down would clip', (t) => {
  const unit = 2 ** -24
  const into = new Float32Array(1)
  int8.addDecoded(int8.encode(Float32Array.of(2.4 * 127 * unit)), into)
  t.true(Math.abs(into[0]! - 2.4 * 127 * unit) <= 1.5 * unit, `${into[0]! / unit} units`)
})

test('check should name what is wrong with a block', (t) => {
  t.is(int8.check(Uint8Array.of(...ONE, 0x80), 1), 'a code is out of range')
  t.is(int4.check(Uint8Array.of(...ONE, 0x08), 1), 'a code is out of range')
  t.is(int4.check(Uint8Array.of(...ONE, 0x80), 2), 'a code is out of range')
  t.is(int4.check(Uint8Array.of(...ONE, 0x10), 1), 'the padding is not zero')
  t.is(int8.check(Uint8Array.of(0x00, 0xbc, 0), 1), 'a scale is negative')
  t.is(int8.check(Uint8Array.of(0x00, 0x80, 0), 1), 'a scale is negative')
  t.is(int8.check(Uint8Array.of(0x00, 0x7c, 0), 1), 'a scale is not finite')
  t.is(int8.check(Uint8Array.of(0x01, 0x7c, 0), 1), 'a scale is not finite')
  t.is(int8.check(Uint8Array.of(...ONE, 0, 0), 1), 'the length is wrong')
  t.is(int8.check(Uint8Array.of(...ONE, 0), 1), null)
})

test('a value exactly half a step outside the codes should be clipped, not wrapped around', (t) => {
  // The subnormal scale 2^-24 is kept: the largest value is not more than half a step outside.
  const unit = 2 ** -24
  t.deepEqual([...int4.encode(Float32Array.of(7.5 * unit, -7.5 * unit))], [1, 0, 0x97])
})

test('infinity should be clipped and NaN stored as zero, in blocks of any scale', (t) => {
  const { POSITIVE_INFINITY: infinite, NaN: nan } = Number
  t.deepEqual([...int4.encode(Float32Array.of(nan, 7, nan, -7))], [...ONE, 0x70, 0x90])
  t.deepEqual([...int4.encode(Float32Array.of(nan, nan))], [0, 0, 0])
  t.deepEqual(
    [...int8.encode(Float32Array.of(infinite, -infinite, nan))],
    [0xff, 0x7b, 127, 129, 0]
  )
})
