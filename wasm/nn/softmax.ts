import { exp1, exp4 } from './exp'
import { dot, sum } from './sums'

const FLOAT: usize = 4
const LANES: usize = 4

function largest(x: usize, length: usize): f32 {
  let most = load<f32>(x)
  for (let i: usize = 1; i < length; i++) most = max(most, load<f32>(x + i * FLOAT))
  return most
}

/** x = exp(scale (x - most)) */
function powers(x: usize, length: usize, most: f32, scale: f32): void {
  let i: usize = 0
  for (; i + LANES <= length; i += LANES) {
    const at = x + i * FLOAT
    const away = f32x4.sub(v128.load(at), f32x4.splat(most))
    v128.store(at, exp4(f32x4.mul(f32x4.splat(scale), away)))
  }
  for (; i < length; i++) {
    const at = x + i * FLOAT
    f32.store(at, exp1(scale * (load<f32>(at) - most)))
  }
}

function multiply(x: usize, length: usize, factor: f32): void {
  let i: usize = 0
  for (; i + LANES <= length; i += LANES) {
    const at = x + i * FLOAT
    v128.store(at, f32x4.mul(v128.load(at), f32x4.splat(factor)))
  }
  for (; i < length; i++) f32.store(x + i * FLOAT, load<f32>(x + i * FLOAT) * factor)
}

/** Row t of the scores becomes softmax(scale times its columns 0..t), and zero behind them. // [time, time] */
export function causalSoftmax(time: usize, scale: f32, scores: usize): void {
  for (let t: usize = 0; t < time; t++) {
    const row = scores + t * time * FLOAT
    const seen = t + 1
    powers(row, seen, largest(row, seen), scale)
    multiply(row, seen, <f32>1.0 / sum(row, seen))
    memory.fill(row + seen * FLOAT, 0, (time - seen) * FLOAT)
  }
}

/** d becomes the scores' gradient from that of their softmax w: scale w (d - sum of w d over the row). */
export function causalSoftmaxBackward(time: usize, scale: f32, weights: usize, d: usize): void {
  for (let t: usize = 0; t < time; t++) {
    const w = weights + t * time * FLOAT
    const row = d + t * time * FLOAT
    const seen = t + 1
    const along = dot(w, row, seen)
    let i: usize = 0
    for (; i + LANES <= seen; i += LANES) {
      const at = i * FLOAT
      const away = f32x4.sub(v128.load(row + at), f32x4.splat(along))
      v128.store(row + at, f32x4.mul(f32x4.splat(scale), f32x4.mul(v128.load(w + at), away)))
    }
    for (; i < seen; i++) {
      const at = i * FLOAT
      f32.store(row + at, scale * (load<f32>(w + at) * (load<f32>(row + at) - along)))
    }
    memory.fill(row + seen * FLOAT, 0, (time - seen) * FLOAT)
  }
}
