import { scale, type Vector } from '../vector/vector.ts'

/**
 * Euclidean norm in float64 with four independent sums, which is twice as fast as one. Squares of
 * float32 cannot overflow it, so it is finite exactly when every element is.
 */
export const globalNorm = (x: Vector): number => {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  const whole = x.length - (x.length % 4)
  for (let i = 0; i < whole; i += 4) {
    a += x[i]! * x[i]!
    b += x[i + 1]! * x[i + 1]!
    c += x[i + 2]! * x[i + 2]!
    d += x[i + 3]! * x[i + 3]!
  }
  for (let i = whole; i < x.length; i++) a += x[i]! * x[i]!
  return Math.sqrt(a + b + c + d)
}

/** Shrinks the gradient to norm `largest` if it is longer (Pascanu et al. 2013, Alg. 1); returns its norm before. */
export const clipByGlobalNorm = (gradient: Vector, largest: number | null): number => {
  const norm = globalNorm(gradient)
  if (largest !== null && Number.isFinite(norm) && norm > largest) scale(largest / norm, gradient)
  return norm
}
