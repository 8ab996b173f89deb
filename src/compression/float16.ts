import type { Vector } from '../vector/vector.ts'
import type { Compressor } from './compressor.ts'

/** 65504. Not exported: V8 reads an exported constant from memory in every turn of a loop. */
const LARGEST_HALF = 0x7bff
const INFINITE_HALF = 0x7c00
const NAN_HALF = 0x7e00
/** All bits of a half but its sign. */
const MAGNITUDE = 0x7fff

/** From here on the nearest half is infinite. */
const OVERFLOW = 65520
/** float32 bits of 2^-14, the smallest normal half. */
const SMALLEST_NORMAL = 0x38800000
/** What the exponent biases differ by, 127 - 15, in float32's exponent field. */
const REBIAS = 112 << 23

const oneFloat = new Float32Array(1)
const oneWord = new Int32Array(oneFloat.buffer)

/** The nearest finite half of a finite float32, given its bits and itself; ties to even. */
const nearestFinite = (bits: number, value: number): number => {
  const magnitude = bits & 0x7fffffff
  let half: number
  if (magnitude < SMALLEST_NORMAL) {
    // A subnormal counts units of 2^-24; adding 2^52 rounds to a whole number, ties to even.
    half = (Math.abs(value) * 2 ** 24 + 2 ** 52 - 2 ** 52) | 0
  } else {
    half = (magnitude - REBIAS + 0xfff + ((magnitude >>> 13) & 1)) >>> 13
    if (half > LARGEST_HALF) half = LARGEST_HALF
  }
  return half | ((bits >> 16) & 0x8000)
}

/** Bits of the IEEE 754 binary16 nearest to a float32, ties to even; from 65520 on infinity. */
export const toHalf = (value: number): number => {
  if (Number.isNaN(value)) return NAN_HALF
  oneFloat[0] = value
  const single = oneFloat[0]!
  if (Math.abs(single) >= OVERFLOW) return single < 0 ? INFINITE_HALF | 0x8000 : INFINITE_HALF
  return nearestFinite(oneWord[0]!, single)
}

/** Bits of the finite half nearest to a finite float32, ties to even: saturates at +-65504. */
export const toFiniteHalf = (value: number): number => {
  oneFloat[0] = value
  return nearestFinite(oneWord[0]!, oneFloat[0]!)
}

/** The value of every half, 256 KiB: a look-up costs half of what the arithmetic does. */
const VALUES = new Float32Array(1 << 16)
for (let half = 0; half < VALUES.length; half++) {
  const exponent = (half >>> 10) & 31
  const fraction = half & 0x3ff
  const magnitude =
    exponent === 31
      ? fraction === 0
        ? Infinity
        : NaN
      : exponent === 0
        ? fraction * 2 ** -24
        : (1024 + fraction) * 2 ** (exponent - 25)
  VALUES[half] = half < 0x8000 ? magnitude : -magnitude
}

/** The value of a half; exact in float32. */
export const fromHalf = (half: number): number => VALUES[half]!

/** True for bits of a finite half, either sign. */
export const isFiniteHalf = (half: number): boolean => (half & MAGNITUDE) < INFINITE_HALF

/** Two bytes an element, little-endian; finite values beyond +-65504 are clamped there. */
export const float16: Compressor = {
  name: 'float16',
  maxBytes: (length) => 2 * length,
  encode(values: Vector) {
    const bits = new Int32Array(values.buffer, values.byteOffset, values.length)
    const bytes = new Uint8Array(2 * values.length)
    for (let i = 0; i < values.length; i++) {
      const half = nearestFinite(bits[i]!, values[i]!)
      bytes[2 * i] = half
      bytes[2 * i + 1] = half >>> 8
    }
    return bytes
  },
  check(bytes, length) {
    if (bytes.length !== 2 * length) return 'the length is wrong'
    for (let i = 1; i < bytes.length; i += 2) {
      if ((bytes[i]! & 0x7c) === 0x7c) return 'a value is not finite'
    }
    return null
  },
  addDecoded(bytes, into) {
    for (let i = 0; i < into.length; i++) {
      into[i] = into[i]! + fromHalf(bytes[2 * i]! | (bytes[2 * i + 1]! << 8))
    }
  }
}
