// Matrix product, float32. Strides are in elements, so that a factor is transposed by exchanging its strides.

import { ALL, multiply } from './multiply'
import { packA, packB } from './pack'
import { TILE_COLUMNS, TILE_ROWS } from './tile'

const FLOAT: usize = 4
/** Of the sum at a time: a panel of b and one of a are 28 KB, for the first cache of a processor. */
const MAX_STEPS: usize = 512
/** Rows of a that are packed at a time: up to 240 KB, for the second cache. */
const MAX_ROWS: usize = 20 * TILE_ROWS
/** Elements of b: 1 MB, for the third. */
const MAX_B: usize = 512 * MAX_STEPS

/** `length` split into as few parts as `most` allows, all but the last one the same multiple of `unit`. */
@inline
function share(length: usize, most: usize, unit: usize): usize {
  const parts = (length + most - 1) / most
  const even = (length + parts - 1) / parts
  return ((even + unit - 1) / unit) * unit
}

/** As gemm, but only what `part` says. */
export function product(
  part: i32,
  m: usize,
  n: usize,
  k: usize,
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  cRow: usize,
  start: usize,
  startRow: usize,
  scratch: usize
): void {
  aRow *= FLOAT
  aColumn *= FLOAT
  bRow *= FLOAT
  bColumn *= FLOAT
  cRow *= FLOAT
  startRow *= FLOAT
  const packedA = scratch + MAX_B * FLOAT
  const corner = packedA + MAX_STEPS * MAX_ROWS * FLOAT
  const steps = share(k, MAX_STEPS, 4)
  const rows = share(m, MAX_ROWS, TILE_ROWS)
  const columns = share(n, (MAX_B / steps) & -TILE_COLUMNS, TILE_COLUMNS)
  for (let p: usize = 0; p < k; p += steps) {
    const depth = min(steps, k - p)
    for (let j: usize = 0; j < n; j += columns) {
      const width = min(columns, n - j)
      packB(width, depth, b + p * bRow + j * bColumn, bRow, bColumn, scratch)
      for (let i: usize = 0; i < m; i += rows) {
        const height = min(rows, m - i)
        packA(height, depth, a + i * aRow + p * aColumn, aRow, aColumn, packedA)
        const to = c + i * cRow + j * FLOAT
        // Later parts of the sum are added to the first.
        const from: usize = p > 0 ? to : start == 0 ? 0 : start + i * startRow + j * FLOAT
        const fromRow: usize = p > 0 ? cRow : start == 0 ? 0 : startRow
        const b0 = scratch
        multiply(height, width, depth, i, j, p, part, packedA, b0, to, cRow, from, fromRow, corner)
      }
    }
  }
}

/**
 * c [m, n] = start + a [m, k] b [k, n]. `start` is c itself, any other matrix, one row for all (startRow 0),
 * or 0 for nothing. Each element is the sum of at most ceil(k / 512) sums in ascending order of k, fused
 * multiplications and additions throughout, so that every machine that has those gets the same bits.
 * `scratch`: room for 0x50000 elements. All sizes at least 1.
 */
export function gemm(
  m: usize,
  n: usize,
  k: usize,
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  cRow: usize,
  start: usize,
  startRow: usize,
  scratch: usize
): void {
  product(ALL, m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow, start, startRow, scratch)
}
