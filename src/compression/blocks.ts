import type { Bytes, Vector } from '../vector/vector.ts'
import { anyUnused, type Codes, codes4, codes8 } from './codes.ts'
import { fromHalf, isFiniteHalf, toFiniteHalf } from './float16.ts'

/**
 * Uniform quantisation in blocks. A block is one scale s (half, little-endian) and then one signed
 * code c per value, c = round(x / s) in -m..m with s = max|x| / m; it decodes to c s, which float32
 * holds exactly. 4-bit codes are packed in pairs, the first of a pair in the low nibble.
 */
export type CodeBits = 4 | 8

/** Values that share a scale: more saves scale bytes, fewer follow the local magnitude better. */
const BLOCK = 128

const SCALE_BYTES = 2

/** The largest finite half. */
const LARGEST_SCALE = 65504

const codesOf = (bits: CodeBits): Codes => (bits === 8 ? codes8 : codes4)

export const blockBytes = (count: number, bits: CodeBits): number =>
  SCALE_BYTES * Math.ceil(count / BLOCK) + codesOf(bits).bytesFor(count)

/** max|x| of values `start` to `end`, past NaN. */
const largestOf = (values: Vector, start: number, end: number): number => {
  let largest = 0
  for (let i = start; i < end; i++) {
    const magnitude = Math.abs(values[i]!)
    if (magnitude > largest) largest = magnitude
  }
  return largest
}

/**
 * The scale as a half: the nearest to largest / m, or the next above where that one, a coarse
 * subnormal or zero, would leave the largest value more than half a step outside the codes. Beyond
 * 65504 m values are clipped: no half is large enough.
 */
const scaleFor = (largest: number, m: number): number => {
  const half = toFiniteHalf(largest / m)
  const s = fromHalf(half)
  return largest > (m + 0.5) * s && s < LARGEST_SCALE ? half + 1 : half
}

const clipped = (values: Vector, start: number, end: number, limit: number): Vector =>
  values.slice(start, end).map((x) => (x > limit ? limit : x < -limit ? -limit : x))

/** Writes the blocks of `values` at `offset`: `blockBytes(values.length, bits)` bytes. */
export const writeBlocks = (values: Vector, bits: CodeBits, into: Bytes, offset: number): void => {
  const codes = codesOf(bits)
  const m = codes.largest
  let at = offset
  for (let start = 0; start < values.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, values.length)
    const largest = largestOf(values, start, end)
    const half = scaleFor(largest, m)
    const s = fromHalf(half)
    into[at] = half
    into[at + 1] = half >>> 8
    at += SCALE_BYTES
    const next = at + codes.bytesFor(end - start)
    if (s === 0) into.fill(0, at, next)
    else if (largest < (m + 0.5) * s) codes.write(values, start, end, s, into, at)
    else codes.write(clipped(values, start, end, m * s), 0, end - start, s, into, at)
    at = next
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
  const codes = codesOf(bits)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = offset
  for (let start = 0; start < count; start += BLOCK) {
    const half = bytes[at]! | (bytes[at + 1]! << 8)
    if (half >= 0x8000) return 'a scale is negative'
    if (!isFiniteHalf(half)) return 'a scale is not finite'
    at += SCALE_BYTES
    const next = at + codes.bytesFor(Math.min(BLOCK, count - start))
    if (anyUnused(view, at, next, codes)) return 'a code is out of range'
    at = next
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
  const codes = codesOf(bits)
  let at = offset
  for (let start = 0; start < into.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, into.length)
    const s = fromHalf(bytes[at]! | (bytes[at + 1]! << 8))
    at += SCALE_BYTES
    codes.add(bytes, at, s, into, start, end)
    at += codes.bytesFor(end - start)
  }
}
