/**
 * Signed integer codes in bytes: the loops over a block's values, which is where gossip averaging
 * spends its time. Blocks and scales are not this file's business (blocks.ts).
 */
import type { Bytes, Vector } from '../vector/vector.ts'

export interface Codes {
  /** m: codes are -m..m. The code -m - 1, which two's complement would allow, is never used. */
  readonly largest: number
  /** That code in every place of a 32-bit word. */
  readonly unused: number
  /** The lowest bit of every place of a word. */
  readonly lowest: number
  bytesFor(count: number): number
  /** round(x / s) of values `start` to `end`, ties to even; NaN as 0. |x / s| must stay below m + 1/2. */
  write(values: Vector, start: number, end: number, s: number, into: Bytes, offset: number): void
  /** into += c s, elements `start` to `end`. */
  add(bytes: Uint8Array, offset: number, s: number, into: Vector, start: number, end: number): void
}

/** x + ROUND - ROUND is x rounded to a whole number, ties to even, for |x| < 2^51. */
const ROUND = 1.5 * 2 ** 52

export const codes8: Codes = {
  largest: 127,
  unused: 0x80808080,
  lowest: 0x01010101,
  bytesFor: (count) => count,
  // Four at a time, for what vector.ts says of its loops.
  write(values, start, end, s, into, offset) {
    const whole = end - ((end - start) % 4)
    let at = offset
    let i = start
    for (; i < whole; i += 4, at += 4) {
      into[at] = values[i]! / s + ROUND - ROUND
      into[at + 1] = values[i + 1]! / s + ROUND - ROUND
      into[at + 2] = values[i + 2]! / s + ROUND - ROUND
      into[at + 3] = values[i + 3]! / s + ROUND - ROUND
    }
    for (; i < end; i++) into[at++] = values[i]! / s + ROUND - ROUND
  },
  add(bytes, offset, s, into, start, end) {
    const whole = end - ((end - start) % 4)
    let at = offset
    let i = start
    for (; i < whole; i += 4, at += 4) {
      into[i] = into[i]! + ((bytes[at]! << 24) >> 24) * s
      into[i + 1] = into[i + 1]! + ((bytes[at + 1]! << 24) >> 24) * s
      into[i + 2] = into[i + 2]! + ((bytes[at + 2]! << 24) >> 24) * s
      into[i + 3] = into[i + 3]! + ((bytes[at + 3]! << 24) >> 24) * s
    }
    for (; i < end; i++) into[i] = into[i]! + ((bytes[at++]! << 24) >> 24) * s
  }
}

/** Two to a byte, the first in the low nibble; the last of an odd number has zeros above it. */
export const codes4: Codes = {
  largest: 7,
  unused: 0x88888888,
  lowest: 0x11111111,
  bytesFor: (count) => (count + 1) >>> 1,
  write(values, start, end, s, into, offset) {
    let at = offset
    let i = start
    for (; i + 1 < end; i += 2) {
      const low = values[i]! / s + ROUND - ROUND
      const high = values[i + 1]! / s + ROUND - ROUND
      into[at++] = (low & 15) | (high << 4)
    }
    if (i < end) into[at] = (values[i]! / s + ROUND - ROUND) & 15
  },
  add(bytes, offset, s, into, start, end) {
    let at = offset
    let i = start
    for (; i + 1 < end; i += 2) {
      const pair = bytes[at++]!
      into[i] = into[i]! + ((pair << 28) >> 28) * s
      into[i + 1] = into[i + 1]! + ((pair << 24) >> 28) * s
    }
    if (i < end) into[i] = into[i]! + ((bytes[at]! << 28) >> 28) * s
  }
}

/** Whether any place of a word of codes holds the unused one (Mycroft's test for a zero byte). */
const holdsUnused = (word: number, { unused, lowest }: Codes): boolean => {
  const places = word ^ unused
  return ((places - lowest) & ~places & unused) !== 0
}

/** Whether the unused code is among bytes `start` to `end`. */
export const anyUnused = (view: DataView, start: number, end: number, codes: Codes): boolean => {
  let at = start
  for (; at + 4 <= end; at += 4) if (holdsUnused(view.getInt32(at), codes)) return true
  for (; at < end; at++) if (holdsUnused(view.getUint8(at), codes)) return true
  return false
}
