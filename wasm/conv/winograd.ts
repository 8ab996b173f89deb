// Winograd's F(4 x 4, 3 x 3) (Lavin and Gray 2016, section 4.1): 36 products for each square of 4 x 4 places,
// which see 6 x 6 of the input, where the definition takes 144. With a kernel g, such an input d and
// element-wise products *, z = A^T ((G g G^T) * (B^T d B)) A, of the polynomial points 0, 1, -1, 1/2, -2 and
// infinity, whose rounding is small (Barabasz et al. 2020):
//   A^T = 1  1  1  1   1  0      G = 1       0     0       B^T = 1 -3/2   -2  3/2  1  0
//         0  1 -1  1/2 -2 0          1/3    1/3   1/3            0  -1   1/2  5/2  1  0
//         0  1  1  1/4  4 0         -1/3    1/3  -1/3            0   1  -5/2  1/2  1  0
//         0  1 -1  1/8 -8 1         -16/15 -8/15 -4/15           0  -2   -1    2   1  0
//                                    1/15  -2/15  4/15           0  1/2  -1  -1/2  1  0
//                                    0       0     1             0   1  -3/2  -2  3/2 1
// Then g's gradient is G^T ((A dz A^T) * (B^T d B)) G. What is multiplied lies in 36 planes, `plane` elements
// apart: plane 6 i + j for row i and column j. Channels: a multiple of four. `scratch`: numbers that are half
// transformed.

import { held, timesA, timesATurned, timesB, timesG, timesGTurned } from './winograd-lines'

const FLOAT: usize = 4
const VECTOR: usize = 16
/** Sides of a square of places, of what it sees, and of a kernel. */
const PLACES: usize = 4
const SEEN: usize = 6
const KERNEL: usize = 3

/** planes [36, size] = G g G^T, of the kernel or of it turned by half a circle. // kernel [3, 3, size]; scratch [18, 4] */
export function winogradKernel(
  size: usize,
  kernel: usize,
  turned: bool,
  planes: usize,
  plane: usize,
  scratch: usize
): void {
  const next = plane * FLOAT
  const end = size * FLOAT
  const tap = turned ? <usize>0 - end : end
  const first = turned ? kernel + (KERNEL * KERNEL - 1) * end : kernel
  for (let at: usize = 0; at < end; at += VECTOR) {
    for (let column: usize = 0; column < KERNEL; column++) {
      const from = first + column * tap + at
      timesG(from, KERNEL * tap, scratch + column * VECTOR, KERNEL * VECTOR)
    }
    for (let row: usize = 0; row < SEEN; row++) {
      const to = planes + row * SEEN * next + at
      timesG(scratch + row * KERNEL * VECTOR, VECTOR, to, next)
    }
  }
}

/**
 * planes [36, rows columns, channels] = B^T d B of every square of 6 x 6, each four places from the last.
 * // from [4 rows + 2, 4 columns + 2, channels], `down` elements from row to row; scratch [6, 4 columns + 2, 4]
 */
export function winogradImage(
  rows: usize,
  columns: usize,
  channels: usize,
  from: usize,
  down: usize,
  planes: usize,
  plane: usize,
  scratch: usize
): void {
  const right = channels * FLOAT
  const line = down * FLOAT
  const next = plane * FLOAT
  const half = held(0.5, scratch)
  const two = held(2, scratch)
  const oneAndHalf = held(1.5, scratch)
  const twoAndHalf = held(2.5, scratch)
  const strip = (columns * PLACES + SEEN - PLACES) * VECTOR
  for (let y: usize = 0; y < rows; y++) {
    for (let offset: usize = 0; offset < right; offset += VECTOR) {
      let source = from + y * PLACES * line + offset
      for (let to = scratch; to < scratch + strip; to += VECTOR) {
        timesB(source, line, to, strip, half, two, oneAndHalf, twoAndHalf)
        source += right
      }
      let target = planes + y * columns * right + offset
      let square = scratch
      for (let x: usize = 0; x < columns; x++) {
        for (let row: usize = 0; row < SEEN; row++) {
          const at = square + row * strip
          const to = target + row * SEEN * next
          timesB(at, VECTOR, to, next, half, two, oneAndHalf, twoAndHalf)
        }
        square += PLACES * VECTOR
        target += right
      }
    }
  }
}

/**
 * to = or += A^T m A of every square m; what lies behind the last row and column is left out.
 * // planes [36, rows / 4, columns / 4, channels], rounded up; to [rows, columns, channels], `down` elements
 * from row to row; scratch [24, 4]
 */
export function winogradOutput(
  rows: usize,
  columns: usize,
  channels: usize,
  planes: usize,
  plane: usize,
  to: usize,
  down: usize,
  add: bool,
  scratch: usize
): void {
  const right = channels * FLOAT
  const line = down * FLOAT
  const next = plane * FLOAT
  const half = held(0.5, scratch)
  const two = held(2, scratch)
  const quarter = held(0.25, scratch)
  const four = held(4, scratch)
  for (let y: usize = 0; y < rows; y += PLACES) {
    const height = min(PLACES, rows - y)
    for (let x: usize = 0; x < columns; x += PLACES) {
      const width = min(PLACES, columns - x)
      const target = to + y * line + x * right
      for (let offset: usize = 0; offset < right; offset += VECTOR) {
        for (let column: usize = 0; column < SEEN; column++) {
          const at = scratch + column * VECTOR
          const from = planes + column * next + offset
          timesATurned(from, SEEN * next, at, SEEN * VECTOR, PLACES, false, half, two, quarter, four)
        }
        for (let row: usize = 0; row < height; row++) {
          const at = scratch + row * SEEN * VECTOR
          const corner = target + row * line + offset
          timesATurned(at, VECTOR, corner, right, width, add, half, two, quarter, four)
        }
      }
      planes += right
    }
  }
}

/**
 * planes [36, rows columns, channels] = A dz A^T of every square of 4 x 4.
 * // dz [4 rows, 4 columns, channels], `down` elements from row to row; scratch [24, 4]
 */
export function winogradSlopes(
  rows: usize,
  columns: usize,
  channels: usize,
  dz: usize,
  down: usize,
  planes: usize,
  plane: usize,
  scratch: usize
): void {
  const right = channels * FLOAT
  const line = down * FLOAT
  const next = plane * FLOAT
  const half = held(0.5, scratch)
  const two = held(2, scratch)
  for (let y: usize = 0; y < rows; y++) {
    for (let x: usize = 0; x < columns; x++) {
      const source = dz + PLACES * (y * line + x * right)
      for (let offset: usize = 0; offset < right; offset += VECTOR) {
        for (let column: usize = 0; column < PLACES; column++) {
          const from = source + column * right + offset
          timesA(from, line, scratch + column * VECTOR, PLACES * VECTOR, half, two)
        }
        for (let row: usize = 0; row < SEEN; row++) {
          const at = scratch + row * PLACES * VECTOR
          timesA(at, VECTOR, planes + row * SEEN * next + offset, next, half, two)
        }
      }
      planes += right
    }
  }
}

/** dKernel [3, 3, size] = G^T s G. // planes [36, size]; scratch [18, 4] */
export function winogradKernelGradient(
  size: usize,
  planes: usize,
  plane: usize,
  dKernel: usize,
  scratch: usize
): void {
  const next = plane * FLOAT
  const tap = size * FLOAT
  for (let at: usize = 0; at < tap; at += VECTOR) {
    for (let column: usize = 0; column < SEEN; column++) {
      const from = planes + column * next + at
      timesGTurned(from, SEEN * next, scratch + column * VECTOR, SEEN * VECTOR)
    }
    for (let row: usize = 0; row < KERNEL; row++) {
      const half = scratch + row * SEEN * VECTOR
      timesGTurned(half, VECTOR, dKernel + row * KERNEL * tap + at, tap)
    }
  }
}
