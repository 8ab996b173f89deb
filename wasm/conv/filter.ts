import { COLUMNS, copyCorner, ROWS, sumPlaces } from './tile'

const FLOAT: usize = 4
/** Bytes of both images that one sum goes over, so that the next finds them in the first cache. */
const BLOCK: usize = 32_768

/**
 * Gradient of a convolution's kernel from one image, with `from`, its strides and `run` as for `convolve`:
 * kernel += sum over the places of the numbers that a place sees times those of dy there.
 * // dy [rows, columns, channels], `dyDown` from row to row; kernel [kernelRows run, channels]
 */
export function filterGradient(
  rows: usize,
  columns: usize,
  from: usize,
  down: usize,
  right: usize,
  kernelRows: usize,
  run: usize,
  kernelLine: usize,
  dy: usize,
  dyDown: usize,
  channels: usize,
  kernel: usize,
  scratch: usize
): void {
  const downBytes = down * FLOAT
  const rightBytes = right * FLOAT
  const dyRight = channels * FLOAT
  const dyDownBytes = dyDown * FLOAT
  const height = max<usize>(1, BLOCK / (downBytes + dyDownBytes))
  for (let y: usize = 0; y < rows; y += height) {
    const lines = min(height, rows - y)
    const source = from + y * downBytes
    for (let channel: usize = 0; channel < channels; channel += COLUMNS) {
      const width = min(COLUMNS, channels - channel)
      const b = dy + y * dyDownBytes + channel * FLOAT
      let to = kernel + channel * FLOAT
      for (let row: usize = 0; row < kernelRows; row++) {
        const a = source + row * kernelLine * FLOAT
        for (let tap: usize = 0; tap < run; tap += ROWS) {
          const kept = min(ROWS, run - tap)
          const whole = kept == ROWS && width == COLUMNS
          const tile = whole ? to : scratch
          const stride = whole ? dyRight : COLUMNS * FLOAT
          const from = a + tap * FLOAT
          sumPlaces(lines, columns, rightBytes, downBytes, dyRight, dyDownBytes, from, b, tile, stride, whole)
          if (!whole) copyCorner(scratch, kept, width, to, dyRight, true)
          to += kept * dyRight
        }
      }
    }
  }
}
