const FLOAT: usize = 4
const VECTOR: usize = 16

/** Rows and columns of a product that are summed in registers: 12 of the 15 that V8 has on x64. */
export const TILE_ROWS: usize = 6
export const TILE_COLUMNS: usize = 8

@inline
function finish(c: usize, s0: v128, s1: v128, start: usize): void {
  v128.store(c, start == 0 ? s0 : f32x4.add(v128.load(start), s0))
  v128.store(c, start == 0 ? s1 : f32x4.add(v128.load(start, VECTOR), s1), VECTOR)
}

/**
 * c = start + six packed rows of a times eight packed columns of b. Rows of c and of start are `cRow` and
 * `startRow` bytes apart; start 0: nothing, with startRow 0. // a [k, 6], b [k, 8]
 */
export function tile(
  k: usize,
  a: usize,
  b: usize,
  c: usize,
  cRow: usize,
  start: usize,
  startRow: usize
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
  const end = b + k * TILE_COLUMNS * FLOAT
  while (b < end) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, VECTOR)
    const x0 = v128.load32_splat(a)
    s00 = f32x4.relaxed_madd(x0, b0, s00)
    s01 = f32x4.relaxed_madd(x0, b1, s01)
    const x1 = v128.load32_splat(a, FLOAT)
    s10 = f32x4.relaxed_madd(x1, b0, s10)
    s11 = f32x4.relaxed_madd(x1, b1, s11)
    const x2 = v128.load32_splat(a, 2 * FLOAT)
    s20 = f32x4.relaxed_madd(x2, b0, s20)
    s21 = f32x4.relaxed_madd(x2, b1, s21)
    const x3 = v128.load32_splat(a, 3 * FLOAT)
    s30 = f32x4.relaxed_madd(x3, b0, s30)
    s31 = f32x4.relaxed_madd(x3, b1, s31)
    const x4 = v128.load32_splat(a, 4 * FLOAT)
    s40 = f32x4.relaxed_madd(x4, b0, s40)
    s41 = f32x4.relaxed_madd(x4, b1, s41)
    const x5 = v128.load32_splat(a, 5 * FLOAT)
    s50 = f32x4.relaxed_madd(x5, b0, s50)
    s51 = f32x4.relaxed_madd(x5, b1, s51)
    a += TILE_ROWS * FLOAT
    b += TILE_COLUMNS * FLOAT
  }
  finish(c, s00, s01, start)
  start += startRow
  finish(c + cRow, s10, s11, start)
  start += startRow
  finish(c + 2 * cRow, s20, s21, start)
  start += startRow
  finish(c + 3 * cRow, s30, s31, start)
  start += startRow
  finish(c + 4 * cRow, s40, s41, start)
  start += startRow
  finish(c + 5 * cRow, s50, s51, start)
}
