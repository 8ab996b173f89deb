import { flush, loadSome, storeSome } from './lanes'

const FLOAT: usize = 4
const VECTOR: usize = 16

/** beta a + (1 - beta) b */
@inline
function between(beta: v128, rest: v128, a: v128, b: v128): v128 {
  return f32x4.relaxed_madd(beta, a, f32x4.mul(rest, b))
}

/**
 * Lion (Chen et al. 2023, Alg. 2), in place: x = kept x - rate sign(beta1 m + (1 - beta1) g),
 * m = beta2 m + (1 - beta2) g. `kept` < 1 is the decay. // all [length]
 */
export function lionStep(
  length: usize,
  x: usize,
  g: usize,
  m: usize,
  beta1: f64,
  beta2: f64,
  rate: f64,
  kept: f64
): void {
  const old1 = f32x4.splat(<f32>beta1)
  const new1 = f32x4.splat(<f32>(1 - beta1))
  const old2 = f32x4.splat(<f32>beta2)
  const new2 = f32x4.splat(<f32>(1 - beta2))
  const size = f32x4.splat(<f32>rate)
  const share = f32x4.splat(<f32>kept)
  const zero = f32x4.splat(0)
  const end = x + length * FLOAT
  while (x < end) {
    const left = (end - x) / FLOAT
    const slope = loadSome(g, left)
    const before = loadSome(m, left)
    const way = between(old1, new1, before, slope)
    // size with the sign of `way`, 0 where it is 0.
    const up = v128.and(f32x4.gt(way, zero), size)
    const down = v128.and(f32x4.lt(way, zero), size)
    storeSome(m, flush(between(old2, new2, before, slope)), left)
    const moved = f32x4.add(f32x4.sub(down, up), f32x4.mul(share, loadSome(x, left)))
    storeSome(x, moved, left)
    x += VECTOR
    g += VECTOR
    m += VECTOR
  }
}
