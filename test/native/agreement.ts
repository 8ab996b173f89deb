import type { Layout } from '../../src/vector/layout.ts'
import type { Vector } from '../../src/vector/vector.ts'

export interface Disagreement {
  readonly tensor: string
  /** |a - b| / |b|, Euclidean norms. */
  readonly error: number
}

const norm = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2
  return Math.sqrt(sum)
}

/** The tensor in which two vectors are furthest apart, each measured by the norm of its own `expected`. */
export const worstTensor = (found: Vector, expected: Vector, layout: Layout): Disagreement => {
  const errors = layout.tensors.map(({ name, offset, size }) => {
    const [a, b] = [found, expected].map((vector) => vector.subarray(offset, offset + size))
    return { tensor: name, error: norm(a!.map((value, i) => value - b![i]!)) / norm(b!) }
  })
  return errors.reduce((worst, next) => (next.error <= worst.error ? worst : next))
}
