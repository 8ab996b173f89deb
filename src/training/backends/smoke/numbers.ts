import { type Vector, zeros } from '../../../vector/vector.ts'

/**
 * A result that is known beforehand, from PyTorch in float64. Of all its elements one number is kept:
 * their sum, each times `weightOf` its place.
 */
export interface Known {
  readonly name: string
  readonly sum: number
  /** The same sum of the absolute terms: what an error is measured by. */
  readonly magnitude: number
}

/** No weight is zero, so no element can be wrong unseen. */
export const weightOf = (place: number): number => ((place * 7) % 10) - 4.5

/** Whole numbers from -6 to 6, which even hardware with short mantissas multiplies without loss. */
export const integers = (length: number, step: number): Vector => {
  const values = zeros(length)
  for (let i = 0; i < length; i++) values[i] = ((i * step) % 13) - 6
  return values
}

/** Numbers from -0.5 to 0.5 that come twice only after 101. */
export const fractions = (length: number, step: number): Vector => {
  const values = zeros(length)
  for (let i = 0; i < length; i++) values[i] = ((i * step) % 101) / 101 - 0.5
  return values
}

/**
 * Of `magnitude`. Algorithms that trade multiplications for additions, in TF32, come to 1e-5;
 * a kernel that is wrong, to 0.1 and more.
 */
const TOLERANCE = 1e-4

/** Says what is wrong; null where nothing is. */
export const mismatch = ({ name, sum, magnitude }: Known, values: ArrayLike<number>) => {
  let got = 0
  for (let i = 0; i < values.length; i++) got += weightOf(i) * values[i]!
  if (Math.abs(got - sum) <= TOLERANCE * magnitude) return null
  return `wrong numbers: ${name} gives ${got}, not ${sum}`
}
