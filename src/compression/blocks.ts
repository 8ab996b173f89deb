import type { Bytes, Vector } from '../vector/vector.ts'
import { fromHalf, isFiniteHalf, toFiniteHalf } from './float16.ts'

/**
 * Uniform quantisation in blocks. A block is one scale s (half, little-endian) and then one signed
 * code c per value, c = round(x / s) in -m..m with s = max|x| / m; it decodes to c s, which float32
 * holds exactly. 4-bit codes are packed in pairs, the first of a pair in the low nibble.
 */
export type CodeBits = 4 | 8

/** Values that share a scale: more saves scale bytes, fewer follow the local magnitude better. */
const BLOCK = 128

/** The largest finite half. */
const LARGEST_SCALE = 65504

/** x + ROUND - ROUND is x rounded to a whole number, ties to even, for |x| < 2^51. */
const ROUND = 1.5 * 2 ** 52

/** The largest code m. The code -m - 1, which two's complement would allow, is never used. */
const largestCode = (bits: CodeBits): number => (bits === 8 ? 127 : 7)

export const blockBytes = (count: number, bits: CodeBits): number =>
  2 * Math.ceil(count / BLOCK) + (bits === 8 ? count : Math.ceil(count / 2))

/**
 * The scale as a half: the nearest to largest / m, or the next above where that one, a coarse
 * subnormal or zero, would leave the largest value more than half a step outside the codes. Beyond
 * 65504 m values are clipped: no half is large enough.
 */
const scaleFor = (values: Vector, start: number, end: number, m: number): number => {
  let largest = 0
  for (let i = start; i < end; i++) {
    const magnitude = Math.abs(values[i]!)
    if (magnitude > largest) largest = magnitude
  }
  const half = toFiniteHalf(largest / m)
  const s = fromHalf(half)
  return largest > (m + 0.5) * s && s < LARGEST_SCALE ? half + 1 : half
}

/** into = round(x / s), x from `start` on, clipped to m s. If s = 0 so is x; NaN is stored as 0. */
const quantise = (values: Vector, start: number, s: number, m: number, into: Int8Array): void => {
  const limit = m * s
  for (let i = 0; i < into.length; i++) {
    let x = values[start + i]!
    if (x > limit) x = limit
    else if (x < -limit) x = -limit
    into[i] = x / s + ROUND - ROUND
  }
}

/** Writes the blocks of `values` at `offset`: `blockBytes(values.length, bits)` bytes. */
export const writeBlocks = (values: Vector, bits: CodeBits, into: Bytes, offset: number): void => {
  const m = largestCode(bits)
  const whole = new Int8Array(BLOCK)
  let at = offset
  for (let start = 0; start < values.length; start += BLOCK) {
    const size = Math.min(BLOCK, values.length - start)
    const half = scaleFor(values, start, start + size, m)
    into[at++] = half
    into[at++] = half >>> 8
    const codes = size === BLOCK ? whole : new Int8Array(size)
    quantise(values, start, fromHalf(half), m, codes)
    if (bits === 8) {
      into.set(codes, at)
      at += size
    } else {
      for (let i = 0; i < size; i += 2) into[at++] = (codes[i]! & 15) | ((codes[i + 1] ?? 0) << 4)
    }
  }
}

/** Why the bytes from `offset` to the end are no blocks of `count` values, or null if they are. */
export const checkBlocks = (
  bytes: Uint8Array,
  offset: number,
  count: number,
  bits: CodeBits
): string | null => {
  if (bytes.length - offset !== blockBytes(count, bits)) return 'the length is wrong'
  let at = offset
  for (let start = 0; start < count; start += BLOCK) {
    const half = bytes[at]! | (bytes[at + 1]! << 8)
    if (half >= 0x8000) return 'a scale is negative'
    if (!isFiniteHalf(half)) return 'a scale is not finite'
    const size = Math.min(BLOCK, count - start)
    const end = at + 2 + (bits === 8 ? size : (size + 1) >>> 1)
    for (at += 2; at < end; at++) {
      const byte = bytes[at]!
      if (bits === 8 ? byte === 0x80 : (byte & 15) === 8 || byte >>> 4 === 8) {
        return 'a code is out of range'
      }
    }
  }
  return bits === 4 && count % 2 === 1 && bytes[at - 1]! > 15 ? 'the padding is not zero' : null
}

/** into += decoded, for blocks at `offset` that passed `checkBlocks`. */
export const addBlocks = (
  bytes: Uint8Array,
  offset: number,
  bits: CodeBits,
  into: Vector
): void => {
  let at = offset
  for (let start = 0; start < into.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, into.length)
    const s = fromHalf(bytes[at]! | (bytes[at + 1]! << 8))
    at += 2
    if (bits === 8) {
      for (let i = start; i < end; i++) into[i] = into[i]! + ((bytes[at++]! << 24) >> 24) * s
    } else {
      for (let i = start; i < end; i += 2) {
        const pair = bytes[at++]!
        into[i] = into[i]! + ((pair << 28) >> 28) * s
        if (i + 1 < end) into[i + 1] = into[i + 1]! + ((pair << 24) >> 28) * s
      }
    }
  }
}
