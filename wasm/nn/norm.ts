import { dot, spread, sum } from './sums'

const FLOAT: usize = 4
const LANES: usize = 4
/** Added to the variance, as PyTorch does. */
const EPSILON: f32 = 1e-5

/**
 * Layer normalisation of every row (Ba et al. 2016, eq. 4): normal = (x - mean) / deviation,
 * y = gain normal + bias, inverse = 1 / deviation. // x, normal, y [rows, width]; inverse [rows]
 */
export function normForward(
  rows: usize,
  width: usize,
  x: usize,
  gain: usize,
  bias: usize,
  normal: usize,
  inverse: usize,
  y: usize
): void {
  const step = width * FLOAT
  for (let row: usize = 0; row < rows; row++) {
    const mean = sum(x, width) / <f32>width
    const scale: f32 = 1.0 / sqrt<f32>(spread(x, mean, width) / <f32>width + EPSILON)
    f32.store(inverse + row * FLOAT, scale)
    let at: usize = 0
    for (; at + LANES * FLOAT <= step; at += LANES * FLOAT) {
      const away = f32x4.sub(v128.load(x + at), f32x4.splat(mean))
      const n = f32x4.mul(away, f32x4.splat(scale))
      v128.store(normal + at, n)
      v128.store(y + at, f32x4.add(f32x4.mul(v128.load(gain + at), n), v128.load(bias + at)))
    }
    for (; at < step; at += FLOAT) {
      const n = (load<f32>(x + at) - mean) * scale
      f32.store(normal + at, n)
      f32.store(y + at, load<f32>(gain + at) * n + load<f32>(bias + at))
    }
    x += step
    normal += step
    y += step
  }
}

/** dGain += dy normal, dBias += dy, and dy becomes gain dy. */
function gainBackward(width: usize, dy: usize, gain: usize, normal: usize, dGain: usize, dBias: usize): void {
  const step = width * FLOAT
  let at: usize = 0
  for (; at + LANES * FLOAT <= step; at += LANES * FLOAT) {
    const slope = v128.load(dy + at)
    v128.store(dBias + at, f32x4.add(v128.load(dBias + at), slope))
    const along = f32x4.mul(slope, v128.load(normal + at))
    v128.store(dGain + at, f32x4.add(v128.load(dGain + at), along))
    v128.store(dy + at, f32x4.mul(v128.load(gain + at), slope))
  }
  for (; at < step; at += FLOAT) {
    const slope = load<f32>(dy + at)
    f32.store(dBias + at, load<f32>(dBias + at) + slope)
    f32.store(dGain + at, load<f32>(dGain + at) + slope * load<f32>(normal + at))
    f32.store(dy + at, load<f32>(gain + at) * slope)
  }
}

/**
 * With u = gain dy and means over a row: dx += (u - mean(u) - normal mean(u normal)) / deviation.
 * Fills dGain and dBias [width]; dy is lost.
 */
export function normBackward(
  rows: usize,
  width: usize,
  dy: usize,
  gain: usize,
  normal: usize,
  inverse: usize,
  dGain: usize,
  dBias: usize,
  dx: usize
): void {
  const step = width * FLOAT
  memory.fill(dGain, 0, step)
  memory.fill(dBias, 0, step)
  for (let row: usize = 0; row < rows; row++) {
    gainBackward(width, dy, gain, normal, dGain, dBias)
    const mean = sum(dy, width) / <f32>width
    const along = dot(dy, normal, width) / <f32>width
    const scale = load<f32>(inverse + row * FLOAT)
    let at: usize = 0
    for (; at + LANES * FLOAT <= step; at += LANES * FLOAT) {
      const n = f32x4.mul(f32x4.splat(along), v128.load(normal + at))
      const u = f32x4.sub(f32x4.sub(v128.load(dy + at), f32x4.splat(mean)), n)
      v128.store(dx + at, f32x4.add(v128.load(dx + at), f32x4.mul(f32x4.splat(scale), u)))
    }
    for (; at < step; at += FLOAT) {
      const u = load<f32>(dy + at) - mean - along * load<f32>(normal + at)
      f32.store(dx + at, load<f32>(dx + at) + scale * u)
    }
    dy += step
    normal += step
    dx += step
  }
}
