// Sums over `length` adjacent elements: four lanes, then what is left of them.

import { total } from './lanes'

const FLOAT: usize = 4
const LANES: usize = 4

export function sum(x: usize, length: usize): f32 {
  let lanes = f32x4.splat(0)
  let i: usize = 0
  for (; i + LANES <= length; i += LANES) lanes = f32x4.add(lanes, v128.load(x + i * FLOAT))
  let rest = total(lanes)
  for (; i < length; i++) rest += load<f32>(x + i * FLOAT)
  return rest
}

/** Of the products. */
export function dot(x: usize, y: usize, length: usize): f32 {
  let lanes = f32x4.splat(0)
  let i: usize = 0
  for (; i + LANES <= length; i += LANES) {
    const at = i * FLOAT
    lanes = f32x4.relaxed_madd(v128.load(x + at), v128.load(y + at), lanes)
  }
  let rest = total(lanes)
  for (; i < length; i++) rest += load<f32>(x + i * FLOAT) * load<f32>(y + i * FLOAT)
  return rest
}

/** Of the squared distances to `centre`. */
export function spread(x: usize, centre: f32, length: usize): f32 {
  const middle = f32x4.splat(centre)
  let lanes = f32x4.splat(0)
  let i: usize = 0
  for (; i + LANES <= length; i += LANES) {
    const away = f32x4.sub(v128.load(x + i * FLOAT), middle)
    lanes = f32x4.relaxed_madd(away, away, lanes)
  }
  let rest = total(lanes)
  for (; i < length; i++) {
    const away = load<f32>(x + i * FLOAT) - centre
    rest += away * away
  }
  return rest
}
