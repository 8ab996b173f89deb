import test from 'ava'
import { float16, fromHalf, isFiniteHalf, toHalf } from '../../../src/compression/float16.ts'
import { seeded } from '../../../src/random.ts'
import { halves, nearestHalf } from '../../contract/compressor-oracle.ts'

const SIGN = 0x8000

/** By the definition of binary16 in float64, a result beyond the largest half being infinite. */
const expectedHalf = (x: number): number => {
  const magnitude = Math.abs(x) >= 65520 ? 0x7c00 : nearestHalf(Math.abs(x))
  return Object.is(Math.sign(x), -0) || x < 0 ? SIGN | magnitude : magnitude
}

test('fromHalf should give every half its value by definition', (t) => {
  for (const [bits, value] of halves.entries()) {
    if (fromHalf(bits) !== value || fromHalf(SIGN | bits) !== -value) t.fail(`bits ${bits}`)
  }
  t.is(fromHalf(0x7c00), Infinity)
  t.is(fromHalf(0xfc00), -Infinity)
  t.true(Object.is(fromHalf(SIGN), -0))
})

test('all 65,536 halves should survive the way there and back', (t) => {
  for (let bits = 0; bits < 1 << 16; bits++) {
    const value = fromHalf(bits)
    const isNaNHalf = (bits & 0x7fff) > 0x7c00
    if (Number.isNaN(value) !== isNaNHalf) t.fail(`bits ${bits} is ${value}`)
    if (!isNaNHalf && toHalf(value) !== bits) t.fail(`bits ${bits} became ${toHalf(value)}`)
    if (isFiniteHalf(bits) !== Number.isFinite(value)) t.fail(`bits ${bits} is ${value}`)
  }
  t.true(Number.isNaN(fromHalf(toHalf(NaN))))
})

test('toHalf should round to nearest, ties to even, between all neighbouring halves', (t) => {
  for (let bits = 0; bits + 1 < halves.length; bits++) {
    const tie = (halves[bits]! + halves[bits + 1]!) / 2 // exact: twelve significant bits
    const nudge = tie * 2 ** -23
    for (const [x, half] of [
      [tie, bits % 2 === 0 ? bits : bits + 1],
      [Math.fround(tie - nudge), bits],
      [Math.fround(tie + nudge), bits + 1]
    ] as const) {
      if (toHalf(x) !== half) t.fail(`${x} became ${toHalf(x)}, not ${half}`)
      if (toHalf(-x) !== (SIGN | half)) t.fail(`${-x} became ${toHalf(-x)}`)
    }
  }
  t.pass()
})

test('toHalf should agree with brute force on random float32 bits', (t) => {
  const random = seeded(3)
  const float = new Float32Array(1)
  const word = new Uint32Array(float.buffer)
  for (let trial = 0; trial < 200_000; trial++) {
    // Exponents from far below the smallest half to far above the largest.
    word[0] =
      (random.integer(2) << 31) | ((90 + random.integer(60)) << 23) | random.integer(1 << 23)
    const x = float[0]!
    if (toHalf(x) !== expectedHalf(x)) t.fail(`${x} became ${toHalf(x)}`)
  }
  t.pass()
})

test('toHalf should become infinite from 65520 on, and encode should clamp at 65504', (t) => {
  t.is(toHalf(65519.996), 0x7bff)
  t.is(toHalf(65520), 0x7c00)
  t.is(toHalf(-3e38), 0xfc00)
  const into = new Float32Array(4)
  float16.addDecoded(float16.encode(Float32Array.of(65519.996, 65520, -70000, 3e38)), into)
  t.deepEqual([...into], [65504, 65504, -65504, 65504])
})

test('check should reject every half that is infinite or not a number', (t) => {
  for (let bits = 0; bits < 1 << 16; bits++) {
    const accepted = float16.check(Uint8Array.of(0, 0, bits & 255, bits >> 8), 2) === null
    if (accepted !== Number.isFinite(fromHalf(bits))) t.fail(`bits ${bits}`)
  }
  t.pass()
})
