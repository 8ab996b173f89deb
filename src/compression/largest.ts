import type { Vector } from '../vector/vector.ts'

/** Radix digits of a float32's 31 magnitude bits, the highest first: [shift, width]. */
const DIGITS = [
  [20, 11],
  [10, 10],
  [0, 10]
] as const

/** Without its sign bit a float32's bits order as its magnitude does. */
const MAGNITUDE = 0x7fffffff

/**
 * Indices, ascending, of the k values of largest magnitude; of equal ones at the boundary the
 * lowest indices stay. Radix select: three histograms fix the k-th magnitude exactly, in O(n).
 */
export const largestIndices = (values: Vector, k: number): Int32Array<ArrayBuffer> => {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length)
  const kept = new Int32Array(k)
  if (k === 0) return kept

  /** Digits of the k-th magnitude found so far, and how many of the k share exactly these. */
  let prefix = 0
  let wanted = k
  for (const [shift, width] of DIGITS) {
    const histogram = new Int32Array(1 << width)
    const mask = (1 << width) - 1
    for (let i = 0; i < bits.length; i++) {
      const high = (bits[i]! & MAGNITUDE) >>> shift
      if (high >>> width === prefix) histogram[high & mask]!++
    }
    let digit = mask
    for (; histogram[digit]! < wanted; digit--) wanted -= histogram[digit]!
    prefix = (prefix << width) | digit
  }

  let count = 0
  for (let i = 0; count < k; i++) {
    const magnitude = bits[i]! & MAGNITUDE
    if (magnitude > prefix || (magnitude === prefix && wanted-- > 0)) kept[count++] = i
  }
  return kept
}
