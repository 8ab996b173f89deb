const FRACTION: u64 = 0x000fffffffffffff
const ONE: u64 = 0x3ff0000000000000

/**
 * Natural logarithm of a positive, normal float64, to about 1e-15: x = 2^e f with f between sqrt(1/2) and
 * sqrt(2), and log f = 2 atanh(s) with s = (f - 1) / (f + 1), |s| < 0.172. Not a number stays so.
 */
export function log(x: f64): f64 {
  if (!(x < Infinity)) return x
  const bits = reinterpret<u64>(x)
  let exponent = <f64>(<i64>(bits >> 52) - 1023)
  let f = reinterpret<f64>((bits & FRACTION) | ONE)
  if (f > 1.4142135623730951) {
    f *= 0.5
    exponent += 1
  }
  const s = (f - 1) / (f + 1)
  const square = s * s
  let sum: f64 = 0
  // s^21 / 21 is below 1e-17
  for (let power: f64 = 19; power > 0; power -= 2) sum = sum * square + 1 / power
  return exponent * 0.6931471805599453 + 2 * s * sum
}
