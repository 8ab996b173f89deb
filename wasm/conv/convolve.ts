import { COLUMNS, copyCorner, ROWS, sumRuns } from './tile'

const FLOAT: usize = 4

/**
 * A convolution of one image, whose margin is around it in memory already, so that a row of the kernel over
 * it is one run of numbers: the place (y, x) of `to` = or += the sum over i < kernelRows of the `run` numbers
 * at from + y down + x right + i kernelLine, times the packed kernel. Strides in elements. `scratch`: room
 * for a tile, 48 numbers. // packed [channels / 8, kernelRows run, 8], see pack.ts; to [rows, columns, channels]
 */
export function convolve(
  rows: usize,
  columns: usize,
  from: usize,
  down: usize,
  right: usize,
  kernelRows: usize,
  run: usize,
  kernelLine: usize,
  packed: usize,
  channels: usize,
  to: usize,
  add: bool,
  scratch: usize
): void {
  const places = rows * columns
  const downBytes = down * FLOAT
  const rightBytes = right * FLOAT
  const skip = (kernelLine - run) * FLOAT
  const stride = channels * FLOAT
  const last = places - 1
  for (let channel: usize = 0; channel < channels; channel += COLUMNS) {
    const width = min(COLUMNS, channels - channel)
    let target = to + channel * FLOAT
    let line = from
    let x: usize = 0
    for (let p: usize = 0; p < places; p += ROWS) {
      const a0 = line + x * rightBytes
      let a1 = a0 + rightBytes
      let a2 = a1 + rightBytes
      let a3 = a2 + rightBytes
      let a4 = a3 + rightBytes
      let a5 = a4 + rightBytes
      x += ROWS
      if (x > columns) {
        // Behind the end of a row; those behind the last place are the last again, and are not kept.
        a1 = placeAt(min(p + 1, last), columns, from, downBytes, rightBytes)
        a2 = placeAt(min(p + 2, last), columns, from, downBytes, rightBytes)
        a3 = placeAt(min(p + 3, last), columns, from, downBytes, rightBytes)
        a4 = placeAt(min(p + 4, last), columns, from, downBytes, rightBytes)
        a5 = placeAt(min(p + 5, last), columns, from, downBytes, rightBytes)
      }
      while (x >= columns) {
        x -= columns
        line += downBytes
      }
      const height = min(ROWS, places - p)
      const whole = height == ROWS && width == COLUMNS
      const tile = whole ? target : scratch
      const tileStride = whole ? stride : COLUMNS * FLOAT
      const onto = whole && add
      sumRuns(kernelRows, run, skip, a0, a1, a2, a3, a4, a5, packed, tile, tileStride, onto)
      if (!whole) copyCorner(scratch, height, width, target, stride, add)
      target += ROWS * stride
    }
    packed += kernelRows * run * COLUMNS * FLOAT
  }
}

@inline
function placeAt(p: usize, columns: usize, from: usize, down: usize, right: usize): usize {
  return from + (p / columns) * down + (p % columns) * right
}
