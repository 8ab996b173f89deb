/** Mean cross-entropy of the character model in plain float64 loops: the oracle, sharing no code with src. */

export interface Shape {
  readonly layers: number
  readonly heads: number
  readonly width: number
  readonly context: number
  readonly activation: 'gelu' | 'relu'
  readonly tied: boolean
}

type Rows = Float64Array[]

/** x [rows, in] times kernel [in, out], read from `p` at `at`. */
const product = (x: Rows, p: Float64Array, at: number, out: number): Rows =>
  x.map((row) => {
    const y = new Float64Array(out)
    for (let i = 0; i < row.length; i++) {
      for (let j = 0; j < out; j++) y[j] = y[j]! + row[i]! * p[at + i * out + j]!
    }
    return y
  })

/** x [rows, in] times the transpose of kernel [out, in]. */
const turnedProduct = (x: Rows, p: Float64Array, at: number, out: number): Rows =>
  x.map((row) =>
    Float64Array.from({ length: out }, (_, j) =>
      row.reduce((sum, value, i) => sum + value * p[at + j * row.length + i]!, 0)
    )
  )

const BEND: Readonly<Record<Shape['activation'], (x: number) => number>> = {
  relu: (x) => Math.max(0, x),
  gelu: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
}

const normalised = (x: Rows, p: Float64Array, gain: number, bias: number): Rows =>
  x.map((row) => {
    const mean = row.reduce((a, b) => a + b, 0) / row.length
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length
    return row.map(
      (value, i) => (p[gain + i]! * (value - mean)) / Math.sqrt(variance + 1e-5) + p[bias + i]!
    )
  })

const softmax = (scores: readonly number[]): number[] => {
  const most = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - most))
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / sum)
}

const attention = (qkv: Rows, { heads, width }: Shape): Rows =>
  qkv.map((row, t) => {
    const y = new Float64Array(width)
    const size = width / heads
    for (let from = 0; from < width; from += size) {
      const scores = qkv.slice(0, t + 1).map((earlier) => {
        let dot = 0
        for (let i = from; i < from + size; i++) dot += row[i]! * earlier[width + i]!
        return dot / Math.sqrt(size)
      })
      softmax(scores).forEach((weight, s) => {
        for (let i = from; i < from + size; i++) y[i] = y[i]! + weight * qkv[s]![2 * width + i]!
      })
    }
    return y
  })

const sum = (a: Rows, b: Rows): Rows => a.map((row, t) => row.map((value, i) => value + b[t]![i]!))

const biased = (x: Rows, p: Float64Array, at: number): Rows =>
  x.map((row) => row.map((value, i) => value + p[at + i]!))

/**
 * The parameters `p` in the order that the model documents. Characters and those that follow each of
 * them, [windows, context].
 */
export const lossInFloat64 = (
  shape: Shape,
  vocabulary: number,
  p: Float64Array,
  x: ArrayLike<number>,
  labels: ArrayLike<number>
): number => {
  const { layers, width, context, activation, tied } = shape
  let total = 0
  for (let from = 0; from < x.length; from += context) {
    let at = 0
    /** Where the next `size` parameters begin. */
    const next = (size: number): number => {
      at += size
      return at - size
    }
    const characters = next(vocabulary * width)
    const wherabouts = next(context * width)
    let z: Rows = Array.from({ length: context }, (_, t) =>
      Float64Array.from(
        { length: width },
        (_, i) => p[characters + x[from + t]! * width + i]! + p[wherabouts + t * width + i]!
      )
    )
    for (let layer = 0; layer < layers; layer++) {
      const a = normalised(z, p, next(width), next(width))
      const qkv = product(a, p, next(3 * width * width), 3 * width)
      z = sum(z, product(attention(qkv, shape), p, next(width * width), width))
      const b = normalised(z, p, next(width), next(width))
      const hidden = product(b, p, next(4 * width * width), 4 * width)
      const h = biased(hidden, p, next(4 * width)).map((row) => row.map(BEND[activation]))
      z = sum(z, product(h, p, next(4 * width * width), width))
      z = biased(z, p, next(width))
    }
    const last = normalised(z, p, next(width), next(width))
    const logits = tied
      ? turnedProduct(last, p, characters, vocabulary)
      : product(last, p, next(width * vocabulary), vocabulary)
    logits.forEach((row, t) => {
      total -= Math.log(softmax([...row])[labels[from + t]!]!)
    })
  }
  return total / labels.length
}
