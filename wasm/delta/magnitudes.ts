/** Magnitudes of float32, compared as integers: without the sign bit their bits order as they do. */

/** All bits but the sign. */
export const MAGNITUDE: i32 = 0x7fffffff
/** Bits of infinity; NaN lies above. */
export const INFINITE: i32 = 0x7f800000

@inline
function magnitudeAt(at: usize): i32 {
  return load<i32>(at) & MAGNITUDE
}

/** Of four values. */
@inline
export function magnitudes(at: usize): v128 {
  return v128.and(v128.load(at), i32x4.splat(MAGNITUDE))
}

@inline
function sumOfLanes(lanes: v128): i32 {
  const pairs = i32x4.add(lanes, i32x4.shuffle(lanes, lanes, 2, 3, 0, 1))
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1)
}

/** How many of `length` float32 at `at` have a magnitude of at least `bound`. */
export function countAtLeast(at: usize, length: i32, bound: i32): i32 {
  const bounds = i32x4.splat(bound)
  let a = i32x4.splat(0)
  let b = a
  let i = 0
  for (; i + 8 <= length; i += 8, at += 32) {
    a = i32x4.sub(a, i32x4.ge_s(magnitudes(at), bounds))
    b = i32x4.sub(b, i32x4.ge_s(magnitudes(at + 16), bounds))
  }
  let count = sumOfLanes(i32x4.add(a, b))
  for (; i < length; i++, at += 4) count += i32(magnitudeAt(at) >= bound)
  return count
}

export function largestMagnitude(at: usize, length: i32): i32 {
  let lanes = i32x4.splat(0)
  let i = 0
  for (; i + 4 <= length; i += 4, at += 16) lanes = i32x4.max_s(lanes, magnitudes(at))
  lanes = i32x4.max_s(lanes, i32x4.shuffle(lanes, lanes, 2, 3, 0, 1))
  let largest = max(i32x4.extract_lane(lanes, 0), i32x4.extract_lane(lanes, 1))
  for (; i < length; i++, at += 4) largest = max(largest, magnitudeAt(at))
  return largest
}
