/** A replica, a gradient or a difference: one flat run of float32, shape [parameters]. */
export type Vector = Float32Array<ArrayBuffer>

export type Bytes = Uint8Array<ArrayBuffer>

export const zeros = (length: number): Vector => new Float32Array(length)

/** y += a x */
export const axpy = (a: number, x: Vector, y: Vector): void => {
  for (let i = 0; i < y.length; i++) y[i] = y[i]! + a * x[i]!
}

/** into = a - b */
export const difference = (a: Vector, b: Vector, into: Vector): void => {
  for (let i = 0; i < into.length; i++) into[i] = a[i]! - b[i]!
}

/** x *= a */
export const scale = (a: number, x: Vector): void => {
  for (let i = 0; i < x.length; i++) x[i] = a * x[i]!
}

/** Euclidean norm, summed in float64. */
export const norm = (x: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]! * x[i]!
  return Math.sqrt(sum)
}

/** |a - b| in float64, without a temporary. */
export const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2
  return Math.sqrt(sum)
}

/** True when no element is NaN or infinite. */
export const allFinite = (x: Vector): boolean => {
  for (let i = 0; i < x.length; i++) if (!Number.isFinite(x[i]!)) return false
  return true
}
