// What is done to the places of one image. Strides in elements.

import { LANES, loadLanes, storeLanes } from './lanes'

const FLOAT: usize = 4

/** Copies `length` adjacent numbers of every place. A row of numbers without gaps is one place. */
export function copyPlaces(
  rows: usize,
  columns: usize,
  length: usize,
  from: usize,
  fromDown: usize,
  fromRight: usize,
  to: usize,
  toDown: usize,
  toRight: usize
): void {
  for (let y: usize = 0; y < rows; y++) {
    let source = from + y * fromDown * FLOAT
    let target = to + y * toDown * FLOAT
    for (let x: usize = 0; x < columns; x++) {
      for (let i: usize = 0; i < length; i += LANES) {
        const count = min(LANES, length - i)
        storeLanes(target + i * FLOAT, loadLanes(source + i * FLOAT, count), count)
      }
      source += fromRight * FLOAT
      target += toRight * FLOAT
    }
  }
}

/** to [channels] = the mean over all places. // from [rows, columns, channels], `down` from row to row */
export function averagePool(
  rows: usize,
  columns: usize,
  channels: usize,
  from: usize,
  down: usize,
  to: usize
): void {
  const share = f32x4.splat(<f32>1 / <f32>(rows * columns))
  for (let c: usize = 0; c < channels; c += LANES) {
    const count = min(LANES, channels - c)
    let sum = f32x4.splat(0)
    for (let y: usize = 0; y < rows; y++) {
      let at = from + (y * down + c) * FLOAT
      for (let x: usize = 0; x < columns; x++) {
        sum = f32x4.add(sum, loadLanes(at, count))
        at += channels * FLOAT
      }
    }
    storeLanes(to + c * FLOAT, f32x4.mul(sum, share), count)
  }
}

/** Every place gets its share of d [channels]. // dx [places, channels] */
export function averagePoolGradient(places: usize, channels: usize, d: usize, dx: usize): void {
  const share = f32x4.splat(<f32>1 / <f32>places)
  for (let c: usize = 0; c < channels; c += LANES) {
    const count = min(LANES, channels - c)
    const slope = f32x4.mul(loadLanes(d + c * FLOAT, count), share)
    let at = dx + c * FLOAT
    for (let place: usize = 0; place < places; place++) {
      storeLanes(at, slope, count)
      at += channels * FLOAT
    }
  }
}
