import { exp4 } from './exp'
import { loadSome, storeSome, total } from './lanes'
import { dot } from './sums'

const FLOAT: usize = 4
const VECTOR: usize = 16

/** Of at least one element. */
export function largest(x: usize, length: usize): f32 {
  const end = x + length * FLOAT
  let most = load<f32>(x)
  if (length * FLOAT >= VECTOR) {
    // The last four, which may overlap those before.
    let lanes = v128.load(end - VECTOR)
    for (; x + VECTOR < end; x += VECTOR) lanes = f32x4.pmax(lanes, v128.load(x))
    const a = max(f32x4.extract_lane(lanes, 0), f32x4.extract_lane(lanes, 1))
    return max(a, max(f32x4.extract_lane(lanes, 2), f32x4.extract_lane(lanes, 3)))
  }
  for (; x < end; x += FLOAT) most = max(most, load<f32>(x))
  return most
}

/** x = exp(scale (x - most)); returns their sum. */
export function powers(x: usize, length: usize, most: f32, scale: f32): f32 {
  const factor = f32x4.splat(scale)
  const top = f32x4.splat(most)
  const end = x + length * FLOAT
  let lanes = f32x4.splat(0)
  for (; x + VECTOR <= end; x += VECTOR) {
    const power = exp4(f32x4.mul(factor, f32x4.sub(v128.load(x), top)))
    v128.store(x, power)
    lanes = f32x4.add(lanes, power)
  }
  let sum = total(lanes)
  if (x < end) {
    const left = (end - x) / FLOAT
    storeSome(x, exp4(f32x4.mul(factor, f32x4.sub(loadSome(x, left), top))), left)
    for (; x < end; x += FLOAT) sum += load<f32>(x)
  }
  return sum
}

/** x *= factor */
export function multiplyRow(x: usize, length: usize, factor: f32): void {
  const times = f32x4.splat(factor)
  const end = x + length * FLOAT
  for (; x < end; x += VECTOR) {
    const left = (end - x) / FLOAT
    storeSome(x, f32x4.mul(loadSome(x, left), times), left)
  }
}

/** Zeros from x to end. */
@inline
function clearRow(x: usize, end: usize): void {
  for (; x + VECTOR <= end; x += VECTOR) v128.store(x, f32x4.splat(0))
  for (; x < end; x += FLOAT) f32.store(x, 0)
}

/** Row t of the scores becomes softmax(scale times its columns 0..t), and zero behind them. // [time, time] */
export function causalSoftmax(time: usize, scale: f32, scores: usize): void {
  const step = time * FLOAT
  for (let seen: usize = 1; seen <= time; seen++, scores += step) {
    const sum = powers(scores, seen, largest(scores, seen), scale)
    multiplyRow(scores, seen, <f32>1.0 / sum)
    clearRow(scores + seen * FLOAT, scores + step)
  }
}

/**
 * d becomes the scores' gradient from that of their softmax w: scale w (d - sum of w d over the row), where what is
 * later is not looked at, and becomes zero.
 */
export function causalSoftmaxBackward(time: usize, scale: f32, w: usize, d: usize): void {
  const step = time * FLOAT
  const factor = f32x4.splat(scale)
  for (let seen: usize = 1; seen <= time; seen++, w += step, d += step) {
    const along = f32x4.splat(dot(w, d, seen))
    for (let at: usize = 0; at < seen * FLOAT; at += VECTOR) {
      const left = seen - at / FLOAT
      const away = f32x4.sub(loadSome(d + at, left), along)
      storeSome(d + at, f32x4.mul(factor, f32x4.mul(loadSome(w + at, left), away)), left)
    }
    clearRow(d + seen * FLOAT, d + step)
  }
}
