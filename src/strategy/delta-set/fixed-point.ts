import type { Vector } from '../../vector/vector.ts'

/** A replica in units of 2^-24, wrap-around: what all peers add up alike. // [parameters] */
export type FixedPoint = Int32Array<ArrayBuffer>

export const ONE = 2 ** 24
export const UNIT = 2 ** -24

/** Beyond this a parameter is close to the wrap at +-128. */
export const ALARMING = 100

export const toFixedPoint = (values: Vector): FixedPoint => {
  const fixed = new Int32Array(values.length)
  for (let i = 0; i < values.length; i++) fixed[i] = Math.round(values[i]! * ONE)
  return fixed
}

/** into = the nearest float32 of each. */
export const toFloats = (fixed: FixedPoint, into: Vector): void => {
  for (let i = 0; i < fixed.length; i++) into[i] = fixed[i]! * UNIT
}

/**
 * e = decay e + (base - x), and x = base: what local steps have moved goes into the residual.
 * Returns the largest magnitude in base.
 */
export const foldProgress = (
  base: FixedPoint,
  x: Vector,
  residual: Vector,
  decay: number
): number => {
  let largest = 0
  for (let i = 0; i < base.length; i++) {
    const start = Math.fround(base[i]! * UNIT)
    residual[i] = decay * residual[i]! + (start - x[i]!)
    x[i] = start
    if (start > largest) largest = start
    else if (-start > largest) largest = -start
  }
  return largest
}
