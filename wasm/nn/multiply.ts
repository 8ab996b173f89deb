// Products of packed factors, tile by tile.

import { TILE_COLUMNS, TILE_ROWS, tile } from './tile'

const FLOAT: usize = 4

/** What is wanted of c, or is not zero in a: everything, */
export const ALL: i32 = 0
/** no element of c above its diagonal, */
export const LOWER_C: i32 = 1
/** no element of a above its diagonal, */
export const LOWER_A: i32 = 2
/** or none below it. */
export const UPPER_A: i32 = 3

/** c = start + the upper left corner of a tile. Rows in bytes. */
function copyCorner(
  height: usize,
  width: usize,
  corner: usize,
  c: usize,
  cRow: usize,
  start: usize,
  startRow: usize
): void {
  for (let i: usize = 0; i < height; i++) {
    for (let at: usize = 0; at < width * FLOAT; at += FLOAT) {
      const sum = load<f32>(corner + at)
      f32.store(c + at, start == 0 ? sum : load<f32>(start + at) + sum)
    }
    corner += TILE_COLUMNS * FLOAT
    c += cRow
    start += startRow
  }
}

/** A number of steps, or the nearer of 0 and k. */
@inline
function within(steps: isize, k: usize): usize {
  return steps < 0 ? 0 : min(<usize>steps, k)
}

/**
 * c = start + packed a times packed b, where c begins in row `i0` and column `j0` of its whole, and the sum at
 * `p0`. Rows in bytes; start 0: nothing, with startRow 0. `corner`: room for one tile.
 */
export function multiply(
  m: usize,
  n: usize,
  k: usize,
  i0: usize,
  j0: usize,
  p0: usize,
  part: i32,
  a: usize,
  b: usize,
  c: usize,
  cRow: usize,
  start: usize,
  startRow: usize,
  corner: usize
): void {
  for (let j: usize = 0; j < n; j += TILE_COLUMNS) {
    const width = min(TILE_COLUMNS, n - j)
    const column = j * FLOAT
    for (let i: usize = 0; i < m; i += TILE_ROWS) {
      const height = min(TILE_ROWS, m - i)
      // Rows of the tile, counted as columns of a and c are: from `above` to below `end`.
      const above = <isize>(i0 + i)
      const end = above + <isize>height
      if (part == LOWER_C && <isize>(j0 + j) >= end) continue
      const first = part == UPPER_A ? within(above - <isize>p0, k) : 0
      const last = part == LOWER_A ? within(end - <isize>p0, k) : k
      const steps = last - first
      const rows = a + (i * k + first * TILE_ROWS) * FLOAT
      const columns = b + (j * k + first * TILE_COLUMNS) * FLOAT
      const to = c + i * cRow + column
      const from: usize = start == 0 ? 0 : start + i * startRow + column
      if (height == TILE_ROWS && width == TILE_COLUMNS) {
        tile(steps, rows, columns, to, cRow, from, startRow)
      } else {
        tile(steps, rows, columns, corner, TILE_COLUMNS * FLOAT, 0, 0)
        copyCorner(height, width, corner, to, cRow, from, startRow)
      }
    }
  }
}
