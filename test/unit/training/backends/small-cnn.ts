/** The smoke test's small cnn in float64, one image at a time; shares no code with src. */

const fractions = (length: number, step: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => ((i * step) % 101) / 101 - 0.5)

interface Image {
  readonly side: number
  readonly channels: number
  readonly values: ArrayLike<number>
}

type Read = (length: number) => Float64Array

/** 3 x 3 without change of size, bias, ReLU, and the maxima of 2 x 2. */
const layer = ({ side, channels, values }: Image, out: number, read: Read): Image => {
  const kernel = read(9 * channels * out)
  const bias = read(out)
  const at = (y: number, x: number, c: number): number =>
    y < 0 || x < 0 || y >= side || x >= side ? 0 : values[(y * side + x) * channels + c]!
  const unit = (y: number, x: number, o: number): number => {
    let sum = bias[o]!
    for (let tap = 0; tap < 9 * channels; tap++) {
      const [c, j, i] = [
        tap % channels,
        Math.floor(tap / channels) % 3,
        Math.floor(tap / channels / 3)
      ]
      sum += at(y + i - 1, x + j - 1, c) * kernel[tap * out + o]!
    }
    return Math.max(0, sum)
  }
  const half = side / 2
  const pooled = Array.from({ length: half * half * out }, (_, index) => {
    const [o, x, y] = [index % out, Math.floor(index / out) % half, Math.floor(index / out / half)]
    return Math.max(
      ...[0, 1, 2, 3].map((corner) => unit(2 * y + (corner >> 1), 2 * x + (corner & 1), o))
    )
  })
  return { side: half, channels: out, values: pooled }
}

const dense = (h: readonly number[], out: number, read: Read): number[] => {
  const kernel = read(h.length * out)
  return Array.from(read(out), (bias, o) =>
    h.reduce((sum, value, i) => sum + value * kernel[i * out + o]!, bias)
  )
}

const lossAt = (replica: Float64Array): number => {
  const images = fractions(2 * 8 * 8 * 2, 29)
  const losses = [2, 0].map((label, image) => {
    let offset = 0
    const read: Read = (length) => {
      offset += length
      return replica.subarray(offset - length, offset)
    }
    const values = images.subarray(image * 128, (image + 1) * 128)
    const features = layer(layer({ side: 8, channels: 2, values }, 3, read), 4, read)
    const hidden = dense(Array.from(features.values), 5, read).map((z) => Math.max(0, z))
    const logits = dense(hidden, 3, read)
    if (offset !== replica.length) throw new RangeError(`${offset} parameters used`)
    return Math.log(logits.reduce((sum, z) => sum + Math.exp(z), 0)) - logits[label]!
  })
  return (losses[0]! + losses[1]!) / 2
}

/** The loss, and its derivative along the weights that the smoke test sums a gradient with. */
export const lossOfSmallCnn = (): { readonly loss: number; readonly along: number } => {
  const replica = Float64Array.from(fractions(272, 37))
  const h = 1e-6
  const moved = (sign: number): number =>
    lossAt(replica.map((value, i) => value + sign * h * (((i * 7) % 10) - 4.5)))
  return { loss: lossAt(replica), along: (moved(1) - moved(-1)) / (2 * h) }
}
