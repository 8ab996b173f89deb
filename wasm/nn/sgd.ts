// Stochastic gradient descent, in place. // all [length]

import { flush, loadSome, storeSome } from './lanes'

const FLOAT: usize = 4
const VECTOR: usize = 16

/** x -= rate g */
export function sgdPlain(length: usize, x: usize, g: usize, rate: f64): void {
  const back = f32x4.splat(-(<f32>rate))
  const end = x + length * FLOAT
  for (; x + VECTOR <= end; x += VECTOR, g += VECTOR) {
    v128.store(x, f32x4.relaxed_madd(back, v128.load(g), v128.load(x)))
  }
  const left = (end - x) / FLOAT
  if (left > 0) storeSome(x, f32x4.relaxed_madd(back, loadSome(g, left), loadSome(x, left)), left)
}

/** v = mu v + g; x -= rate v (Sutskever et al. 2013 in PyTorch's form: the rate is not inside v). */
export function sgdStep(length: usize, x: usize, g: usize, v: usize, mu: f64, rate: f64): void {
  const kept = f32x4.splat(<f32>mu)
  const back = f32x4.splat(-(<f32>rate))
  const end = x + length * FLOAT
  for (; x + VECTOR <= end; x += VECTOR, g += VECTOR, v += VECTOR) {
    const speed = flush(f32x4.relaxed_madd(kept, v128.load(v), v128.load(g)))
    v128.store(v, speed)
    v128.store(x, f32x4.relaxed_madd(back, speed, v128.load(x)))
  }
  const left = (end - x) / FLOAT
  if (left > 0) {
    const speed = flush(f32x4.relaxed_madd(kept, loadSome(v, left), loadSome(g, left)))
    storeSome(v, speed, left)
    storeSome(x, f32x4.relaxed_madd(back, speed, loadSome(x, left)), left)
  }
}
