import { constant } from './constant'

export const ONE = constant(1)
/** Where exp is taken to be zero: just above the smallest normal float32. */
const LOWEST = constant(-87)
/** 1.5 2^23 + 127: added to a number it leaves the nearest integer n, + 127, in the lowest bits: 2^n's exponent. */
const SHIFT = constant(12583039)
const LOG2_E = constant(1.44269504088896341)
/** -ln 2 in two parts, because n times one float32 is not exact enough. */
const LN_2 = constant(-0.693147182464599609375)
const LN_2_REST = constant(1.90465429995776804525e-9)
const C2 = constant(5.0000001201e-1)
const C3 = constant(1.6666665459e-1)
const C4 = constant(4.1665795894e-2)
const C5 = constant(8.3334519073e-3)
const C6 = constant(1.3981999507e-3)
const C7 = constant(1.9875691500e-4)

/**
 * exp of numbers up to 88, to about 1e-7 of the value: x = n ln 2 + r with |r| <= ln 2 / 2, and the polynomial
 * of Cephes' expf for exp(r). Not a number stays so.
 */
@inline
export function exp4(x: v128): v128 {
  const shifted = f32x4.relaxed_madd(x, LOG2_E, SHIFT)
  const n = f32x4.sub(shifted, SHIFT)
  const r = f32x4.relaxed_madd(n, LN_2_REST, f32x4.relaxed_madd(n, LN_2, x))
  let p = f32x4.relaxed_madd(C7, r, C6)
  p = f32x4.relaxed_madd(p, r, C5)
  p = f32x4.relaxed_madd(p, r, C4)
  p = f32x4.relaxed_madd(p, r, C3)
  p = f32x4.relaxed_madd(p, r, C2)
  const fraction = f32x4.relaxed_madd(p, f32x4.mul(r, r), f32x4.add(r, ONE))
  const value = f32x4.mul(fraction, i32x4.shl(shifted, 23))
  return v128.andnot(value, f32x4.lt(x, LOWEST))
}
