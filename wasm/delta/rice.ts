/** Rice's parameter for the gaps of a run of kept indices (src/compression/rice.ts has the code). */
import { keptIndex, keptIndices } from './select'

export const MAX_RICE: i32 = 24

/** Sum of floor(gap / 2^r), where the first gap is counted from `origin`. */
function quotients(first: i32, end: i32, origin: i32, r: i32): i32 {
  let sum = (keptIndex(first) - origin) >>> r
  let lanes = i32x4.splat(0)
  const ones = i32x4.splat(1)
  let i = first + 1
  for (; i + 4 <= end; i += 4) {
    const at = keptIndices(i)
    const gaps = i32x4.sub(i32x4.sub(v128.load(at), v128.load(at - 4)), ones)
    lanes = i32x4.add(lanes, i32x4.shr_u(gaps, r))
  }
  for (; i < end; i++) sum += (keptIndex(i) - keptIndex(i - 1) - 1) >>> r
  return (
    sum +
    (i32x4.extract_lane(lanes, 0) + i32x4.extract_lane(lanes, 1)) +
    (i32x4.extract_lane(lanes, 2) + i32x4.extract_lane(lanes, 3))
  )
}

@inline
function bits(first: i32, end: i32, origin: i32, r: i32): i64 {
  return <i64>(end - first) * (1 + r) + quotients(first, end, origin, r)
}

/**
 * The cheapest parameter, of equals the lowest. The cost is convex, and least near the logarithm of
 * the mean gap.
 */
export function cheapestRice(first: i32, end: i32, origin: i32, size: i32): i32 {
  let r = min(MAX_RICE, 31 - clz(size / (end - first)))
  let cost = bits(first, end, origin, r)
  for (; r < MAX_RICE; r++) {
    const next = bits(first, end, origin, r + 1)
    if (next >= cost) break
    cost = next
  }
  for (; r > 0; r--) {
    const next = bits(first, end, origin, r - 1)
    if (next > cost) break
    cost = next
  }
  return r
}
