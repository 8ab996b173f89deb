import { COLUMNS } from './tile'

const FLOAT: usize = 4
const LANES: usize = 4
const VECTOR: usize = 16
const PANEL: usize = COLUMNS * FLOAT

/** Columns of a kernel in panels of eight, with zeros for what is missing of the last. // to [width / 8, taps, 8] */
export function packKernel(taps: usize, width: usize, kernel: usize, to: usize): void {
  for (let column: usize = 0; column < width; column += COLUMNS) {
    const count = min(COLUMNS, width - column)
    for (let tap: usize = 0; tap < taps; tap++) {
      const from = kernel + (tap * width + column) * FLOAT
      if (count == COLUMNS) {
        v128.store(to, v128.load(from))
        v128.store(to, v128.load(from, VECTOR), VECTOR)
      } else {
        for (let i: usize = 0; i < COLUMNS; i++) {
          f32.store(to + i * FLOAT, i < count ? load<f32>(from + i * FLOAT) : 0)
        }
      }
      to += PANEL
    }
  }
}

/**
 * The kernel by which dy is convolved into dx: rows top, top - step, ... and columns left, left - step, ...
 * of the kernel, in and out exchanged, packed. // kernel [., columns, in, out]; to [in / 8, rows', columns', out, 8]
 */
export function packTurned(
  columns: usize,
  width: usize,
  channels: usize,
  kernel: usize,
  top: isize,
  left: isize,
  step: isize,
  to: usize
): void {
  for (let first: usize = 0; first < width; first += COLUMNS) {
    const count = min(COLUMNS, width - first)
    for (let y = top; y >= 0; y -= step) {
      for (let x = left; x >= 0; x -= step) {
        const tap = kernel + ((<usize>y * columns + <usize>x) * width + first) * channels * FLOAT
        turn(count, channels, tap, to)
        to += channels * PANEL
      }
    }
  }
}

/** to [channels, 8] = the turned rows, with zeros for what is missing. // from [count, channels] */
function turn(count: usize, channels: usize, from: usize, to: usize): void {
  const down = channels * FLOAT
  let channel: usize = 0
  if (count == COLUMNS) {
    for (; channel + LANES <= channels; channel += LANES) {
      turnSquare(from + channel * FLOAT, down, to + channel * PANEL)
      turnSquare(from + channel * FLOAT + LANES * down, down, to + channel * PANEL + VECTOR)
    }
  }
  for (; channel < channels; channel++) {
    for (let i: usize = 0; i < COLUMNS; i++) {
      const value = i < count ? load<f32>(from + i * down + channel * FLOAT) : 0
      f32.store(to + channel * PANEL + i * FLOAT, value)
    }
  }
}

/** Four rows of four, into panels. */
@inline
function turnSquare(from: usize, down: usize, to: usize): void {
  const r0 = v128.load(from)
  const r1 = v128.load(from + down)
  const r2 = v128.load(from + 2 * down)
  const r3 = v128.load(from + 3 * down)
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5))
  v128.store(to + PANEL, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7))
  v128.store(to + 2 * PANEL, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5))
  v128.store(to + 3 * PANEL, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7))
}
