import { LANES, loadLanes, storeLanes } from './lanes'

// Six rows of eight columns, which are summed in registers: twelve vectors, beside two of the right factor and
// one of the left.

export const ROWS: usize = 6
export const COLUMNS: usize = 8
/** A tile whose rows have no gaps, in bytes. */
export const TILE: usize = ROWS * COLUMNS * 4

const FLOAT: usize = 4
const VECTOR: usize = 16
const PANEL: usize = COLUMNS * FLOAT

/**
 * Row i of the tile = or += the numbers at a_i times a panel: `lines` times `run` adjacent ones, `skip` bytes
 * between. `stride`: bytes from row to row. // panel [lines run, 8]
 */
@inline
export function sumRuns(
  lines: usize,
  run: usize,
  skip: usize,
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  a4: usize,
  a5: usize,
  panel: usize,
  to: usize,
  stride: usize,
  add: bool
): void {
  let s00 = f32x4.splat(0)
  let s01 = s00
  let s10 = s00
  let s11 = s00
  let s20 = s00
  let s21 = s00
  let s30 = s00
  let s31 = s00
  let s40 = s00
  let s41 = s00
  let s50 = s00
  let s51 = s00
  const line = run * PANEL
  const end = panel + lines * line
  while (panel < end) {
    const stop = panel + line
    for (; panel < stop; panel += PANEL) {
      const b0 = v128.load(panel)
      const b1 = v128.load(panel, VECTOR)
      let x = v128.load32_splat(a0)
      s00 = f32x4.relaxed_madd(x, b0, s00)
      s01 = f32x4.relaxed_madd(x, b1, s01)
      x = v128.load32_splat(a1)
      s10 = f32x4.relaxed_madd(x, b0, s10)
      s11 = f32x4.relaxed_madd(x, b1, s11)
      x = v128.load32_splat(a2)
      s20 = f32x4.relaxed_madd(x, b0, s20)
      s21 = f32x4.relaxed_madd(x, b1, s21)
      x = v128.load32_splat(a3)
      s30 = f32x4.relaxed_madd(x, b0, s30)
      s31 = f32x4.relaxed_madd(x, b1, s31)
      x = v128.load32_splat(a4)
      s40 = f32x4.relaxed_madd(x, b0, s40)
      s41 = f32x4.relaxed_madd(x, b1, s41)
      x = v128.load32_splat(a5)
      s50 = f32x4.relaxed_madd(x, b0, s50)
      s51 = f32x4.relaxed_madd(x, b1, s51)
      a0 += FLOAT
      a1 += FLOAT
      a2 += FLOAT
      a3 += FLOAT
      a4 += FLOAT
      a5 += FLOAT
    }
    a0 += skip
    a1 += skip
    a2 += skip
    a3 += skip
    a4 += skip
    a5 += skip
  }
  if (add) {
    s00 = f32x4.add(v128.load(to), s00)
    s01 = f32x4.add(v128.load(to, VECTOR), s01)
    s10 = f32x4.add(v128.load(to + stride), s10)
    s11 = f32x4.add(v128.load(to + stride, VECTOR), s11)
    s20 = f32x4.add(v128.load(to + 2 * stride), s20)
    s21 = f32x4.add(v128.load(to + 2 * stride, VECTOR), s21)
    s30 = f32x4.add(v128.load(to + 3 * stride), s30)
    s31 = f32x4.add(v128.load(to + 3 * stride, VECTOR), s31)
    s40 = f32x4.add(v128.load(to + 4 * stride), s40)
    s41 = f32x4.add(v128.load(to + 4 * stride, VECTOR), s41)
    s50 = f32x4.add(v128.load(to + 5 * stride), s50)
    s51 = f32x4.add(v128.load(to + 5 * stride, VECTOR), s51)
  }
  v128.store(to, s00)
  v128.store(to, s01, VECTOR)
  v128.store(to + stride, s10)
  v128.store(to + stride, s11, VECTOR)
  v128.store(to + 2 * stride, s20)
  v128.store(to + 2 * stride, s21, VECTOR)
  v128.store(to + 3 * stride, s30)
  v128.store(to + 3 * stride, s31, VECTOR)
  v128.store(to + 4 * stride, s40)
  v128.store(to + 4 * stride, s41, VECTOR)
  v128.store(to + 5 * stride, s50)
  v128.store(to + 5 * stride, s51, VECTOR)
}

/**
 * Row i of the tile = or += the sum over `lines` times `columns` places of the i-th of six adjacent numbers at
 * a times eight at b. Steps from place to place, from line to line and from row to row of the tile in bytes.
 */
@inline
export function sumPlaces(
  lines: usize,
  columns: usize,
  aRight: usize,
  aDown: usize,
  bRight: usize,
  bDown: usize,
  a: usize,
  b: usize,
  to: usize,
  stride: usize,
  add: bool
): void {
  let s00 = f32x4.splat(0)
  let s01 = s00
  let s10 = s00
  let s11 = s00
  let s20 = s00
  let s21 = s00
  let s30 = s00
  let s31 = s00
  let s40 = s00
  let s41 = s00
  let s50 = s00
  let s51 = s00
  const skip = aDown - columns * aRight
  const end = b + lines * bDown
  for (; b < end; b += bDown) {
    const stop = b + columns * bRight
    for (let at = b; at < stop; at += bRight) {
      const b0 = v128.load(at)
      const b1 = v128.load(at, VECTOR)
      let x = v128.load32_splat(a)
      s00 = f32x4.relaxed_madd(x, b0, s00)
      s01 = f32x4.relaxed_madd(x, b1, s01)
      x = v128.load32_splat(a, FLOAT)
      s10 = f32x4.relaxed_madd(x, b0, s10)
      s11 = f32x4.relaxed_madd(x, b1, s11)
      x = v128.load32_splat(a, 2 * FLOAT)
      s20 = f32x4.relaxed_madd(x, b0, s20)
      s21 = f32x4.relaxed_madd(x, b1, s21)
      x = v128.load32_splat(a, 3 * FLOAT)
      s30 = f32x4.relaxed_madd(x, b0, s30)
      s31 = f32x4.relaxed_madd(x, b1, s31)
      x = v128.load32_splat(a, 4 * FLOAT)
      s40 = f32x4.relaxed_madd(x, b0, s40)
      s41 = f32x4.relaxed_madd(x, b1, s41)
      x = v128.load32_splat(a, 5 * FLOAT)
      s50 = f32x4.relaxed_madd(x, b0, s50)
      s51 = f32x4.relaxed_madd(x, b1, s51)
      a += aRight
    }
    a += skip
  }
  if (add) {
    s00 = f32x4.add(v128.load(to), s00)
    s01 = f32x4.add(v128.load(to, VECTOR), s01)
    s10 = f32x4.add(v128.load(to + stride), s10)
    s11 = f32x4.add(v128.load(to + stride, VECTOR), s11)
    s20 = f32x4.add(v128.load(to + 2 * stride), s20)
    s21 = f32x4.add(v128.load(to + 2 * stride, VECTOR), s21)
    s30 = f32x4.add(v128.load(to + 3 * stride), s30)
    s31 = f32x4.add(v128.load(to + 3 * stride, VECTOR), s31)
    s40 = f32x4.add(v128.load(to + 4 * stride), s40)
    s41 = f32x4.add(v128.load(to + 4 * stride, VECTOR), s41)
    s50 = f32x4.add(v128.load(to + 5 * stride), s50)
    s51 = f32x4.add(v128.load(to + 5 * stride, VECTOR), s51)
  }
  v128.store(to, s00)
  v128.store(to, s01, VECTOR)
  v128.store(to + stride, s10)
  v128.store(to + stride, s11, VECTOR)
  v128.store(to + 2 * stride, s20)
  v128.store(to + 2 * stride, s21, VECTOR)
  v128.store(to + 3 * stride, s30)
  v128.store(to + 3 * stride, s31, VECTOR)
  v128.store(to + 4 * stride, s40)
  v128.store(to + 4 * stride, s41, VECTOR)
  v128.store(to + 5 * stride, s50)
  v128.store(to + 5 * stride, s51, VECTOR)
}

/** to = or += the upper left corner of a tile without gaps. */
export function copyCorner(
  tile: usize,
  height: usize,
  width: usize,
  to: usize,
  stride: usize,
  add: bool
): void {
  for (let row: usize = 0; row < height; row++) {
    for (let column: usize = 0; column < width; column += LANES) {
      const count = min(LANES, width - column)
      const at = to + column * FLOAT
      const value = v128.load(tile + column * FLOAT)
      storeLanes(at, add ? f32x4.add(loadLanes(at, count), value) : value, count)
    }
    tile += PANEL
    to += stride
  }
}
