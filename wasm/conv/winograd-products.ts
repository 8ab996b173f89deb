// Products of planes (winograd.ts), one plane after the other.

import { convolve } from './convolve'
import { filterGradient } from './filter'

const FLOAT: usize = 4
const PLANES: usize = 36

/**
 * products [36, squares, channels] = planes [36, squares, width] times the packed kernel. `kernelPlane`: elements
 * from one of the kernel's planes to the next.
 */
export function winogradProducts(
  squares: usize,
  width: usize,
  channels: usize,
  planes: usize,
  plane: usize,
  packed: usize,
  kernelPlane: usize,
  products: usize,
  tile: usize
): void {
  for (let i: usize = 0; i < PLANES; i++) {
    convolve(1, squares, planes, 0, width, 1, width, 0, packed, channels, products, false, tile)
    planes += plane * FLOAT
    products += plane * FLOAT
    packed += kernelPlane * FLOAT
  }
}

/**
 * sums [36, width, channels] += those over the squares of planes [36, rows columns, width] times slopes
 * [36, rows columns, channels].
 */
export function winogradSums(
  rows: usize,
  columns: usize,
  width: usize,
  channels: usize,
  planes: usize,
  slopes: usize,
  plane: usize,
  sums: usize,
  kernelPlane: usize,
  tile: usize
): void {
  const down = columns * width
  for (let i: usize = 0; i < PLANES; i++) {
    const slopesDown = columns * channels
    filterGradient(rows, columns, planes, down, width, 1, width, 0, slopes, slopesDown, channels, sums, tile)
    planes += plane * FLOAT
    slopes += plane * FLOAT
    sums += kernelPlane * FLOAT
  }
}
