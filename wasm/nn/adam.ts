import { flush, loadSome, storeSome } from './lanes'

const FLOAT: usize = 4
const VECTOR: usize = 16

/** kept before + taken value */
@inline
function mix(kept: v128, before: v128, taken: v128, value: v128): v128 {
  return flush(f32x4.relaxed_madd(kept, before, f32x4.mul(taken, value)))
}

/**
 * Adam (Kingma & Ba 2015, Alg. 1), in place: m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2,
 * x = kept x - size m / (sqrt(correction v) + epsilon). With size = rate / (1 - beta1^t) and
 * correction = 1 / (1 - beta2^t). `kept` < 1 is AdamW's decay (Loshchilov & Hutter 2019). // all [length]
 */
export function adamStep(
  length: usize,
  x: usize,
  g: usize,
  m: usize,
  v: usize,
  beta1: f64,
  beta2: f64,
  size: f64,
  correction: f64,
  epsilon: f64,
  kept: f64
): void {
  const kept1 = f32x4.splat(<f32>beta1)
  const new1 = f32x4.splat(<f32>(1 - beta1))
  const kept2 = f32x4.splat(<f32>beta2)
  const new2 = f32x4.splat(<f32>(1 - beta2))
  const back = f32x4.splat(<f32>-size)
  const grown = f32x4.splat(<f32>correction)
  const least = f32x4.splat(<f32>epsilon)
  const share = f32x4.splat(<f32>kept)
  const end = x + length * FLOAT
  while (x < end) {
    const left = (end - x) / FLOAT
    const slope = loadSome(g, left)
    const first = mix(kept1, loadSome(m, left), new1, slope)
    const second = mix(kept2, loadSome(v, left), new2, f32x4.mul(slope, slope))
    storeSome(m, first, left)
    storeSome(v, second, left)
    const below = f32x4.add(f32x4.sqrt(f32x4.mul(grown, second)), least)
    const step = f32x4.div(f32x4.mul(back, first), below)
    storeSome(x, f32x4.relaxed_madd(share, loadSome(x, left), step), left)
    x += VECTOR
    g += VECTOR
    m += VECTOR
    v += VECTOR
  }
}
