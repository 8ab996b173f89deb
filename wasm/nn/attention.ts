// Causal multi-head attention (Vaswani et al. 2017, eq. 1): in every window and head
// y = softmax(q k^T / sqrt(size)) v, where no step sees a later one. width = heads size;
// qkv [windows time, 3 width]: queries, keys and values side by side; weights [windows heads, time, time].

import { product } from './gemm'
import { LOWER_A, LOWER_C, UPPER_A } from './multiply'
import { causalSoftmax, causalSoftmaxBackward } from './softmax'

const FLOAT: usize = 4

/** Fills the weights and y. // y [windows time, width] */
export function attend(
  windows: usize,
  heads: usize,
  time: usize,
  size: usize,
  qkv: usize,
  weights: usize,
  y: usize,
  scratch: usize
): void {
  const width = heads * size
  const row: usize = 3 * width
  const scale: f32 = 1 / sqrt(<f32>size)
  for (let window: usize = 0; window < windows; window++) {
    for (let head: usize = 0; head < heads; head++) {
      const q = qkv + (window * time * row + head * size) * FLOAT
      const k = q + width * FLOAT
      const v = k + width * FLOAT
      const to = y + (window * time * width + head * size) * FLOAT
      product(LOWER_C, time, time, size, q, row, 1, k, 1, row, weights, time, 0, 0, scratch)
      causalSoftmax(time, scale, weights)
      product(LOWER_A, time, size, time, weights, time, 1, v, row, 1, to, width, 0, 0, scratch)
      weights += time * time * FLOAT
    }
  }
}

/** Fills dQkv from dy and what `attend` has left. `scores`: room for [time, time]. */
export function attendBackward(
  windows: usize,
  heads: usize,
  time: usize,
  size: usize,
  qkv: usize,
  weights: usize,
  dy: usize,
  dQkv: usize,
  scores: usize,
  scratch: usize
): void {
  const width = heads * size
  const row: usize = 3 * width
  const scale: f32 = 1 / sqrt(<f32>size)
  for (let window: usize = 0; window < windows; window++) {
    for (let head: usize = 0; head < heads; head++) {
      const at = (window * time * row + head * size) * FLOAT
      const q = qkv + at
      const k = q + width * FLOAT
      const v = k + width * FLOAT
      const dQ = dQkv + at
      const dK = dQ + width * FLOAT
      const dV = dK + width * FLOAT
      const d = dy + (window * time * width + head * size) * FLOAT
      product(UPPER_A, time, size, time, weights, 1, time, d, width, 1, dV, row, 0, 0, scratch)
      product(LOWER_C, time, time, size, d, width, 1, v, 1, row, scores, time, 0, 0, scratch)
      causalSoftmaxBackward(time, scale, weights, scores)
      product(LOWER_A, time, size, time, scores, time, 1, k, row, 1, dQ, row, 0, 0, scratch)
      product(UPPER_A, time, size, time, scores, 1, time, q, row, 1, dK, row, 0, 0, scratch)
      weights += time * time * FLOAT
    }
  }
}
