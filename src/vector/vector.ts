/** A replica, a gradient or a difference: one flat run of float32, shape [parameters]. */
export type Vector = Float32Array<ArrayBuffer>

export type Bytes = Uint8Array<ArrayBuffer>

export const zeros = (length: number): Vector => new Float32Array(length)

/** into = a - b */
export const difference = (a: Vector, b: Vector, into: Vector): void => {
  for (let i = 0; i < into.length; i++) into[i] = a[i]! - b[i]!
}

/** x *= a */
export const scale = (a: number, x: Vector): void => {
  for (let i = 0; i < x.length; i++) x[i] = a * x[i]!
}

/**
 * Euclidean norm in float64 with four independent sums, which is twice as fast as one. Squares of
 * float32 cannot overflow it, so it is finite exactly when every element is.
 */
export const norm = (x: Vector): number => {
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
