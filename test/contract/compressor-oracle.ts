/** What each code must decode to, by brute force in float64, sharing nothing with src/compression. */

export interface Expected {
  /** Shape [length]. */
  readonly decoded: Float64Array
  /** Largest |x - decoded| allowed, shape [length]; from the definition of a step, not from codes. */
  readonly bound: Float64Array
}

export type Oracle = (values: Float32Array) => Expected

/** Every non-negative finite half in order; the index is its bits. */
export const halves: readonly number[] = Array.from({ length: 0x7c00 }, (_, bits) => {
  const exponent = Math.floor(bits / 1024)
  const fraction = (bits % 1024) / 1024
  return exponent === 0 ? 2 ** -14 * fraction : 2 ** (exponent - 15) * (1 + fraction)
})

/** Bits of the finite half nearest to x >= 0; of two equally near the even one. */
export const nearestHalf = (x: number): number => {
  let low = 0
  let high = halves.length - 1
  if (x >= halves[high]!) return high
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (halves[middle]! <= x) low = middle
    else high = middle
  }
  const below = x - halves[low]!
  const above = halves[high]! - x
  if (below === above) return low % 2 === 0 ? low : high
  return below < above ? low : high
}

/** Nearest whole number; of two equally near the even one. */
const nearestWhole = (x: number): number => {
  const below = Math.floor(x)
  const part = x - below
  if (part === 0.5) return below % 2 === 0 ? below : below + 1
  return part < 0.5 ? below : below + 1
}

export const exact: Oracle = (values) => ({
  decoded: Float64Array.from(values),
  bound: new Float64Array(values.length)
})

/** Relative 2^-11 or, among the subnormals, 2^-25; what lies beyond 65504 is cut off. */
export const asHalves: Oracle = (values) => ({
  decoded: Float64Array.from(values, (x) => Math.sign(x) * halves[nearestHalf(Math.abs(x))]!),
  bound: Float64Array.from(values, (x) =>
    Math.max(Math.abs(x) * 2 ** -11, 2 ** -25, Math.abs(x) - 65504)
  )
})

export const inBlocks =
  (m: number): Oracle =>
  (values) => {
    const decoded = new Float64Array(values.length)
    const bound = new Float64Array(values.length)
    for (let start = 0; start < values.length; start += 128) {
      const block = values.subarray(start, start + 128)
      const largest = block.reduce((max, x) => Math.max(max, Math.abs(x)), 0)
      let half = nearestHalf(Math.fround(largest / m))
      if (half < halves.length - 1 && largest > (m + 0.5) * halves[half]!) half++
      const s = halves[half]!
      block.forEach((x, i) => {
        const code = s === 0 ? 0 : Math.max(-m, Math.min(m, nearestWhole(x / s)))
        decoded[start + i] = code * s
        // Half an exact step, the scale's rounding, and what no half is large enough for.
        const step = (largest / m) * (1 + 2 ** -10) + 2 ** -24
        bound[start + i] = Math.max(step / 2, Math.abs(x) - 65504 * m)
      })
    }
    return { decoded, bound }
  }

/** Indices of the k largest magnitudes, ascending; of equals the lowest. */
export const largestBySorting = (values: Float32Array, k: number): number[] =>
  [...values.keys()]
    .sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!) || a - b)
    .slice(0, k)
    .sort((a, b) => a - b)

export const sparse =
  (fraction: number, m: number): Oracle =>
  (values) => {
    const k = Math.max(1, Math.round(fraction * values.length))
    const indices = largestBySorting(values, k)
    const kept = inBlocks(m)(Float32Array.from(indices, (i) => values[i]!))
    const decoded = new Float64Array(values.length)
    const bound = Float64Array.from(values, Math.abs)
    indices.forEach((index, i) => {
      decoded[index] = kept.decoded[i]!
      bound[index] = kept.bound[i]!
    })
    return { decoded, bound }
  }
