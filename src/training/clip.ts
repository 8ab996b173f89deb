import { norm, scale, type Vector } from '../vector/vector.ts'

/** Shrinks the gradient to norm `largest` if it is longer (Pascanu et al. 2013, Alg. 1); returns its norm before. */
export const clipByGlobalNorm = (gradient: Vector, largest: number | null): number => {
  const length = norm(gradient)
  if (largest !== null && Number.isFinite(length) && length > largest) {
    scale(largest / length, gradient)
  }
  return length
}
