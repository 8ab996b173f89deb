// gelu(z) = z s with s = 1 / (1 + exp(-u)) and u = sqrt(8 / pi) (z + 0.044715 z^3): Hendrycks & Gimpel 2016,
// section 2, where 1 + tanh(u / 2) = 2 s. // all [rows, width]

import { constant } from './constant'
import { exp4, ONE } from './exp'
import { loadSome, storeSome } from './lanes'

const FLOAT: usize = 4
const VECTOR: usize = 16
/** sqrt(8 / pi), 0.044715 of it with a sign, and thrice that for the derivative. */
const LINEAR = constant(1.5957691216057308)
const CUBIC_3 = constant(0.21406443847659072)
const MINUS_LINEAR = constant(-1.5957691216057308)
const MINUS_CUBIC = constant(-0.07135481282553024)
/** exp of it is finite. */
const MOST = constant(87)

/** h = gelu(z + bias), and z becomes the derivative s + z s (1 - s) du/dz there: the gradient needs no more. */
export function addBiasGelu(rows: usize, width: usize, bias: usize, z: usize, h: usize): void {
  const step = width * FLOAT
  for (let row: usize = 0; row < rows; row++, z += step, h += step) {
    for (let at: usize = 0; at < step; at += VECTOR) {
      const left = (step - at) / FLOAT
      const x = f32x4.add(loadSome(z + at, left), loadSome(bias + at, left))
      const square = f32x4.mul(x, x)
      const below = f32x4.mul(x, f32x4.relaxed_madd(square, MINUS_CUBIC, MINUS_LINEAR))
      const e = exp4(f32x4.pmin(below, MOST))
      const s = f32x4.div(ONE, f32x4.add(ONE, e))
      const value = f32x4.mul(x, s)
      const steep = f32x4.relaxed_madd(square, CUBIC_3, LINEAR)
      storeSome(h + at, value, left)
      storeSome(z + at, f32x4.relaxed_madd(f32x4.mul(value, f32x4.mul(e, s)), steep, s), left)
    }
  }
}

/** d *= slope, and sums [width] = those of d over the rows. */
export function geluBackward(rows: usize, width: usize, slope: usize, d: usize, sums: usize): void {
  const step = width * FLOAT
  memory.fill(sums, 0, step)
  for (let row: usize = 0; row < rows; row++, slope += step, d += step) {
    let at: usize = 0
    for (; at + VECTOR <= step; at += VECTOR) {
      const through = f32x4.mul(v128.load(d + at), v128.load(slope + at))
      v128.store(d + at, through)
      v128.store(sums + at, f32x4.add(v128.load(sums + at), through))
    }
    for (; at < step; at += FLOAT) {
      const through = load<f32>(d + at) * load<f32>(slope + at)
      f32.store(d + at, through)
      f32.store(sums + at, load<f32>(sums + at) + through)
    }
  }
}
