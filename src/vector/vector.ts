/** A replica, a gradient or a difference: one flat run of float32, shape [parameters]. */
export type Vector = Float32Array<ArrayBuffer>

export type Bytes = Uint8Array<ArrayBuffer>

export const zeros = (length: number): Vector => new Float32Array(length)

// The loops below that take four at a time are too long for V8 to inline. Inlined into a caller that
// is seldom called they would stay in its middle tier, at half the speed.

/** into = a - b; returns the norm of what is stored there, as `norm` does, in the same pass. */
export const difference = (a: Vector, b: Vector, into: Vector): number => {
  let p = 0
  let q = 0
  let r = 0
  let s = 0
  const whole = into.length - (into.length % 4)
  for (let i = 0; i < whole; i += 4) {
    const d = Math.fround(a[i]! - b[i]!)
    const e = Math.fround(a[i + 1]! - b[i + 1]!)
    const f = Math.fround(a[i + 2]! - b[i + 2]!)
    const g = Math.fround(a[i + 3]! - b[i + 3]!)
    into[i] = d
    into[i + 1] = e
    into[i + 2] = f
    into[i + 3] = g
    p += d * d
    q += e * e
    r += f * f
    s += g * g
  }
  for (let i = whole; i < into.length; i++) {
    const d = Math.fround(a[i]! - b[i]!)
    into[i] = d
    p += d * d
  }
  return Math.sqrt(p + q + r + s)
}

/** x += step (a - b), also into a float64 sum where there is one. */
export const axpyDifference = (
  step: number,
  a: Vector,
  b: Vector,
  x: Vector,
  sum: Float64Array | null
): void => {
  if (sum === null) {
    for (let i = 0; i < x.length; i++) x[i] = x[i]! + step * (a[i]! - b[i]!)
    return
  }
  const whole = x.length - (x.length % 4)
  for (let i = 0; i < whole; i += 4) {
    const d = step * (a[i]! - b[i]!)
    const e = step * (a[i + 1]! - b[i + 1]!)
    const f = step * (a[i + 2]! - b[i + 2]!)
    const g = step * (a[i + 3]! - b[i + 3]!)
    x[i] = x[i]! + d
    x[i + 1] = x[i + 1]! + e
    x[i + 2] = x[i + 2]! + f
    x[i + 3] = x[i + 3]! + g
    sum[i] = sum[i]! + d
    sum[i + 1] = sum[i + 1]! + e
    sum[i + 2] = sum[i + 2]! + f
    sum[i + 3] = sum[i + 3]! + g
  }
  for (let i = whole; i < x.length; i++) {
    const d = step * (a[i]! - b[i]!)
    x[i] = x[i]! + d
    sum[i] = sum[i]! + d
  }
}

/** x *= a */
export const scale = (a: number, x: Vector): void => {
  const whole = x.length - (x.length % 4)
  for (let i = 0; i < whole; i += 4) {
    x[i] = a * x[i]!
    x[i + 1] = a * x[i + 1]!
    x[i + 2] = a * x[i + 2]!
    x[i + 3] = a * x[i + 3]!
  }
  for (let i = whole; i < x.length; i++) x[i] = a * x[i]!
}

/** into += a x */
export const addScaled = (a: number, x: Vector, into: Vector): void => {
  const whole = into.length - (into.length % 4)
  for (let i = 0; i < whole; i += 4) {
    into[i] = into[i]! + a * x[i]!
    into[i + 1] = into[i + 1]! + a * x[i + 1]!
    into[i + 2] = into[i + 2]! + a * x[i + 2]!
    into[i + 3] = into[i + 3]! + a * x[i + 3]!
  }
  for (let i = whole; i < into.length; i++) into[i] = into[i]! + a * x[i]!
}

/** y = a (x - y) */
export const scaledDifference = (a: number, x: Vector, y: Vector): void => {
  const whole = y.length - (y.length % 4)
  for (let i = 0; i < whole; i += 4) {
    y[i] = a * (x[i]! - y[i]!)
    y[i + 1] = a * (x[i + 1]! - y[i + 1]!)
    y[i + 2] = a * (x[i + 2]! - y[i + 2]!)
    y[i + 3] = a * (x[i + 3]! - y[i + 3]!)
  }
  for (let i = whole; i < y.length; i++) y[i] = a * (x[i]! - y[i]!)
}

/** into = a + b */
export const sum = (a: Vector, b: Vector, into: Vector): void => {
  const whole = into.length - (into.length % 4)
  for (let i = 0; i < whole; i += 4) {
    into[i] = a[i]! + b[i]!
    into[i + 1] = a[i + 1]! + b[i + 1]!
    into[i + 2] = a[i + 2]! + b[i + 2]!
    into[i + 3] = a[i + 3]! + b[i + 3]!
  }
  for (let i = whole; i < into.length; i++) into[i] = a[i]! + b[i]!
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
