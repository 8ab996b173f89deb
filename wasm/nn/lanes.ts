// Vectors of four at the end of a row: what is left of them is read and written one by one, so that no
// kernel touches what is not its own.

import { constant } from './constant'

const FLOAT: usize = 4
const SMALLEST_NORMAL = constant(1.17549435e-38)

/** Four elements, or the `count` that are left, and zeros for the others. */
@inline
export function loadSome(x: usize, count: usize): v128 {
  if (count >= 4) return v128.load(x)
  let lanes = v128.load32_zero(x)
  if (count > 1) lanes = v128.load32_lane(x, lanes, 1, FLOAT)
  if (count > 2) lanes = v128.load32_lane(x, lanes, 2, 2 * FLOAT)
  return lanes
}

@inline
export function storeSome(x: usize, lanes: v128, count: usize): void {
  if (count >= 4) {
    v128.store(x, lanes)
    return
  }
  v128.store32_lane(x, lanes, 0)
  if (count > 1) v128.store32_lane(x, lanes, 1, FLOAT)
  if (count > 2) v128.store32_lane(x, lanes, 2, 2 * FLOAT)
}

@inline
export function total(lanes: v128): f32 {
  const a = f32x4.extract_lane(lanes, 0) + f32x4.extract_lane(lanes, 1)
  const b = f32x4.extract_lane(lanes, 2) + f32x4.extract_lane(lanes, 3)
  return a + b
}

/** Zero for what is below the smallest normal float32, where processors take a hundred cycles for a product. */
@inline
export function flush(lanes: v128): v128 {
  return v128.andnot(lanes, f32x4.lt(f32x4.abs(lanes), SMALLEST_NORMAL))
}
