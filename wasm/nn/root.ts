import { flush, loadSome, storeSome } from './lanes'

const FLOAT: usize = 4
const VECTOR: usize = 16

/**
 * v = kept v + added g^2, x -= rate g / (sqrt(v) + epsilon), in place. // all [length]
 * kept = added = 1: Adagrad (Duchi et al. 2011); kept = rho, added = 1 - rho: RMSprop (Tieleman & Hinton 2012).
 */
export function rootStep(
  length: usize,
  x: usize,
  g: usize,
  v: usize,
  kept: f64,
  added: f64,
  rate: f64,
  epsilon: f64
): void {
  const before = f32x4.splat(<f32>kept)
  const fresh = f32x4.splat(<f32>added)
  const back = f32x4.splat(-(<f32>rate))
  const least = f32x4.splat(<f32>epsilon)
  const end = x + length * FLOAT
  while (x < end) {
    const left = (end - x) / FLOAT
    const slope = loadSome(g, left)
    const square = f32x4.mul(fresh, f32x4.mul(slope, slope))
    const sum = flush(f32x4.relaxed_madd(before, loadSome(v, left), square))
    storeSome(v, sum, left)
    const step = f32x4.div(f32x4.mul(back, slope), f32x4.add(f32x4.sqrt(sum), least))
    storeSome(x, f32x4.add(loadSome(x, left), step), left)
    x += VECTOR
    g += VECTOR
    v += VECTOR
  }
}
