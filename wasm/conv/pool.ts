import { LANES, loadLanes, storeLanes } from './lanes'

const FLOAT: usize = 4
/** Side of the windows; they lie side by side, and what is left of an odd side belongs to none. */
const SIDE: usize = 2

/**
 * to = relu(the largest of each window of z + bias): pooling first gives what pooling last does, and leaves
 * the rest a quarter of the numbers. Not a number stays so. Strides in elements.
 * // z [2 rows, 2 columns, channels], `zDown` from row to row; to [rows, columns, channels], `toDown`
 */
export function maxPool(
  rows: usize,
  columns: usize,
  channels: usize,
  z: usize,
  zDown: usize,
  bias: usize,
  to: usize,
  toDown: usize
): void {
  const right = channels * FLOAT
  const down = zDown * FLOAT
  const zero = f32x4.splat(0)
  for (let y: usize = 0; y < rows; y++) {
    let top = z + y * SIDE * down
    let target = to + y * toDown * FLOAT
    for (let x: usize = 0; x < columns; x++) {
      for (let c: usize = 0; c < channels; c += LANES) {
        const count = min(LANES, channels - c)
        const at = top + c * FLOAT
        const above = f32x4.max(loadLanes(at, count), loadLanes(at + right, count))
        const below = f32x4.max(loadLanes(at + down, count), loadLanes(at + down + right, count))
        const sum = f32x4.add(f32x4.max(above, below), loadLanes(bias + c * FLOAT, count))
        storeLanes(target + c * FLOAT, f32x4.pmax(sum, zero), count)
      }
      top += SIDE * right
      target += right
    }
  }
}

/**
 * Gives d, where h = what `maxPool` made is not zero, to the first largest of each window, and zero to the
 * others; dBias += those of d. What is left of an odd side is not written.
 * // d [rows, columns, channels], no gaps; dz as z, `dzDown` from row to row
 */
export function maxPoolGradient(
  rows: usize,
  columns: usize,
  channels: usize,
  z: usize,
  zDown: usize,
  h: usize,
  hDown: usize,
  d: usize,
  dz: usize,
  dzDown: usize,
  dBias: usize
): void {
  const right = channels * FLOAT
  const down = zDown * FLOAT
  const slopeDown = dzDown * FLOAT
  const zero = f32x4.splat(0)
  for (let y: usize = 0; y < rows; y++) {
    let top = z + y * SIDE * down
    let slopes = dz + y * SIDE * slopeDown
    let pooled = h + y * hDown * FLOAT
    for (let x: usize = 0; x < columns; x++) {
      for (let c: usize = 0; c < channels; c += LANES) {
        const count = min(LANES, channels - c)
        const offset = c * FLOAT
        const on = f32x4.gt(loadLanes(pooled + offset, count), zero)
        const slope = v128.and(loadLanes(d + offset, count), on)
        storeLanes(dBias + offset, f32x4.add(loadLanes(dBias + offset, count), slope), count)

        const at = top + offset
        const z00 = loadLanes(at, count)
        const z01 = loadLanes(at + right, count)
        const z10 = loadLanes(at + down, count)
        const z11 = loadLanes(at + down + right, count)
        const most = f32x4.max(f32x4.max(z00, z01), f32x4.max(z10, z11))
        const to = slopes + offset
        let left = slope // for those that are not the first largest so far
        let hit = f32x4.eq(z00, most)
        storeLanes(to, v128.and(left, hit), count)
        left = v128.andnot(left, hit)
        hit = f32x4.eq(z01, most)
        storeLanes(to + right, v128.and(left, hit), count)
        left = v128.andnot(left, hit)
        hit = f32x4.eq(z10, most)
        storeLanes(to + slopeDown, v128.and(left, hit), count)
        storeLanes(to + slopeDown + right, v128.andnot(left, hit), count)
      }
      top += SIDE * right
      slopes += SIDE * right
      pooled += right
      d += right
    }
  }
}
