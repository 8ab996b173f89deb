// Flat vectors. // all [length]

const FLOAT: usize = 4
const VECTOR: usize = 16

/** x = 0 */
export function clear(length: usize, x: usize): void {
  memory.fill(x, 0, length * FLOAT)
}

/** into += a */
export function addTo(length: usize, a: usize, into: usize): void {
  const end = a + length * FLOAT
  for (; a + VECTOR <= end; a += VECTOR, into += VECTOR) {
    v128.store(into, f32x4.add(v128.load(into), v128.load(a)))
  }
  for (; a < end; a += FLOAT, into += FLOAT) f32.store(into, load<f32>(into) + load<f32>(a))
}

/** x *= factor */
export function scale(length: usize, x: usize, factor: f64): void {
  const times = f32x4.splat(<f32>factor)
  const end = x + length * FLOAT
  for (; x + VECTOR <= end; x += VECTOR) v128.store(x, f32x4.mul(times, v128.load(x)))
  for (; x < end; x += FLOAT) f32.store(x, <f32>factor * load<f32>(x))
}

/** Sum of the squares, in float64. */
export function sumSquares(length: usize, x: usize): f64 {
  const end = x + length * FLOAT
  let low = f64x2.splat(0)
  let high = f64x2.splat(0)
  for (; x + VECTOR <= end; x += VECTOR) {
    const a = f64x2.promote_low_f32x4(v128.load(x))
    const b = f64x2.promote_low_f32x4(v128.load64_zero(x, 8))
    low = f64x2.add(low, f64x2.mul(a, a))
    high = f64x2.add(high, f64x2.mul(b, b))
  }
  const both = f64x2.add(low, high)
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1)
  for (; x < end; x += FLOAT) sum += <f64>load<f32>(x) * <f64>load<f32>(x)
  return sum
}
