// Parts of a factor in the order that tiles read them: panels of six rows or eight columns, "lanes", one step of
// the sum after the other. All strides in bytes. Where lanes are missing in the last panel it has zeros.

import { turnPair, turnSquare } from './square'
import { TILE_COLUMNS, TILE_ROWS } from './tile'

const FLOAT: usize = 4
const VECTOR: usize = 16
/** Steps that are copied of one panel before the next one's: a line of the cache is used up while it is near. */
const STEPS: usize = 32

function packSingly(
  steps: usize,
  lanes: usize,
  side: usize,
  from: usize,
  lane: usize,
  step: usize,
  to: usize
): void {
  for (let p: usize = 0; p < steps; p++, from += step, to += side * FLOAT) {
    for (let i: usize = 0; i < side; i++) {
      f32.store(to + i * FLOAT, i < lanes ? load<f32>(from + i * lane) : 0)
    }
  }
}

/** Some steps of up to eight columns. // to [steps, 8] */
function packColumns(
  steps: usize,
  lanes: usize,
  from: usize,
  lane: usize,
  step: usize,
  to: usize
): void {
  const row = TILE_COLUMNS * FLOAT
  let p: usize = 0
  if (lanes == TILE_COLUMNS && lane == FLOAT) {
    for (; p < steps; p++, from += step, to += row) {
      v128.store(to, v128.load(from))
      v128.store(to, v128.load(from, VECTOR), VECTOR)
    }
  } else if (lanes == TILE_COLUMNS && step == FLOAT) {
    for (; p + 4 <= steps; p += 4, from += VECTOR, to += 4 * row) {
      turnSquare(from, lane, to, row)
      turnSquare(from + 4 * lane, lane, to + VECTOR, row)
    }
  }
  if (p < steps) packSingly(steps - p, lanes, TILE_COLUMNS, from, lane, step, to)
}

/** Some steps of up to six rows. // to [steps, 6] */
function packRows(
  steps: usize,
  lanes: usize,
  from: usize,
  lane: usize,
  step: usize,
  to: usize
): void {
  const row = TILE_ROWS * FLOAT
  let p: usize = 0
  if (lanes == TILE_ROWS && lane == FLOAT) {
    for (; p < steps; p++, from += step, to += row) {
      v128.store(to, v128.load(from))
      v128.store64_lane(to, v128.load64_zero(from, VECTOR), 0, VECTOR)
    }
  } else if (lanes == TILE_ROWS && step == FLOAT) {
    for (; p + 4 <= steps; p += 4, from += VECTOR, to += 4 * row) {
      turnSquare(from, lane, to, row)
      turnPair(from + 4 * lane, lane, to + VECTOR, row)
    }
  }
  if (p < steps) packSingly(steps - p, lanes, TILE_ROWS, from, lane, step, to)
}

/** All panels of a, [rows, k]. // to [rows / 6, k, 6] */
export function packA(
  rows: usize,
  k: usize,
  a: usize,
  aRow: usize,
  aColumn: usize,
  to: usize
): void {
  for (let p: usize = 0; p < k; p += STEPS) {
    const steps = min(STEPS, k - p)
    for (let i: usize = 0; i < rows; i += TILE_ROWS) {
      const lanes = min(TILE_ROWS, rows - i)
      const panel = to + (i * k + p * TILE_ROWS) * FLOAT
      packRows(steps, lanes, a + i * aRow + p * aColumn, aRow, aColumn, panel)
    }
  }
}

/** All panels of b, [k, columns]. // to [columns / 8, k, 8] */
export function packB(
  columns: usize,
  k: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  to: usize
): void {
  for (let p: usize = 0; p < k; p += STEPS) {
    const steps = min(STEPS, k - p)
    for (let j: usize = 0; j < columns; j += TILE_COLUMNS) {
      const lanes = min(TILE_COLUMNS, columns - j)
      const panel = to + (j * k + p * TILE_COLUMNS) * FLOAT
      packColumns(steps, lanes, b + j * bColumn + p * bRow, bColumn, bRow, panel)
    }
  }
}
