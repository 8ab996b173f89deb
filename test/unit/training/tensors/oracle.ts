/** The models in plain float64 loops over one example at a time: what the forms are held against. Shares no code with src. */

/** Parameters, handed out in the order of the layout. */
export type Read = (length: number) => Float64Array

type Rows = number[][]

/** [height][width][channels] */
type Image = number[][][]

export const reader = (p: Float64Array): Read => {
  let offset = 0
  return (length) => {
    offset += length
    return p.subarray(offset - length, offset)
  }
}

const relu = (z: number): number => Math.max(0, z)

const gelu = (x: number): number =>
  0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))

const times = (h: readonly number[], kernel: Float64Array, out: number): number[] =>
  Array.from({ length: out }, (_, o) =>
    h.reduce((sum, value, i) => sum + value * kernel[i * out + o]!, 0)
  )

const dense = (h: readonly number[], out: number, read: Read): number[] => {
  const y = times(h, read(h.length * out), out)
  const bias = read(out)
  return y.map((value, o) => value + bias[o]!)
}

const denseLayers = (
  x: readonly number[],
  hidden: readonly number[],
  classes: number,
  read: Read
) =>
  dense(
    hidden.reduce<readonly number[]>((h, width) => dense(h, width, read).map(relu), x),
    classes,
    read
  )

const imageOf = (
  row: readonly number[],
  [height, width, channels]: readonly [number, number, number]
): Image =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) =>
      row.slice((y * width + x) * channels, (y * width + x + 1) * channels)
    )
  )

const map = (image: Image, f: (value: number, channel: number) => number): Image =>
  image.map((row) => row.map((pixel) => pixel.map(f)))

const convolve = (
  image: Image,
  kernel: Float64Array,
  [side, out, stride, margin]: readonly [number, number, number, number]
): Image => {
  const channels = image[0]![0]!.length
  const sideOf = (length: number) => Math.floor((length + 2 * margin - side) / stride) + 1
  return Array.from({ length: sideOf(image.length) }, (_, y) =>
    Array.from({ length: sideOf(image[0]!.length) }, (_, x) => {
      const sums = new Array<number>(out).fill(0)
      for (let i = 0; i < side; i++) {
        for (let j = 0; j < side; j++) {
          const pixel = image[y * stride + i - margin]?.[x * stride + j - margin]
          pixel?.forEach((value, c) => {
            const at = ((i * side + j) * channels + c) * out
            for (let o = 0; o < out; o++) sums[o] = sums[o]! + value * kernel[at + o]!
          })
        }
      }
      return sums
    })
  )
}

const pool = (image: Image): Image =>
  Array.from({ length: Math.floor(image.length / 2) }, (_, y) =>
    Array.from({ length: Math.floor(image[0]!.length / 2) }, (_, x) =>
      image[2 * y]![2 * x]!.map((value, c) =>
        Math.max(
          value,
          image[2 * y]![2 * x + 1]![c]!,
          image[2 * y + 1]![2 * x]![c]!,
          image[2 * y + 1]![2 * x + 1]![c]!
        )
      )
    )
  )

const moments = (values: readonly number[]): { mean: number; deviation: number } => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length
  return { mean, deviation: Math.sqrt(variance + 1e-5) }
}

const groupNorm = (image: Image, groups: number, read: Read): Image => {
  const channels = image[0]![0]!.length
  const size = channels / groups
  const of = Array.from({ length: groups }, (_, g) =>
    moments(image.flatMap((row) => row.flatMap((p) => p.slice(g * size, (g + 1) * size))))
  )
  const gain = read(channels)
  const bias = read(channels)
  return map(image, (value, c) => {
    const { mean, deviation } = of[Math.floor(c / size)]!
    return (gain[c]! * (value - mean)) / deviation + bias[c]!
  })
}

const layerNorm = (rows: Rows, read: Read): Rows => {
  const width = rows[0]!.length
  const gain = read(width)
  const bias = read(width)
  return rows.map((row) => {
    const { mean, deviation } = moments(row)
    return row.map((value, i) => (gain[i]! * (value - mean)) / deviation + bias[i]!)
  })
}

/** Logits of one example, one row for each of its labels. */
export type Oracle = (read: Read, x: readonly number[]) => Rows

export const mlpOracle =
  (hidden: readonly number[], classes: number): Oracle =>
  (read, x) => [denseLayers(x, hidden, classes, read)]

export interface CnnSides {
  readonly shape: readonly [number, number, number]
  readonly convolutions: readonly { channels: number; kernel: number; padding: 'same' | 'valid' }[]
  readonly hidden: readonly number[]
  readonly classes: number
}

/** Of kernels with odd sides. */
export const cnnOracle =
  ({ shape, convolutions, hidden, classes }: CnnSides): Oracle =>
  (read, x) => {
    let image = imageOf(x, shape)
    for (const { channels, kernel, padding } of convolutions) {
      const values = read(kernel * kernel * image[0]![0]!.length * channels)
      const bias = read(channels)
      const margin = padding === 'same' ? (kernel - 1) / 2 : 0
      const z = convolve(image, values, [kernel, channels, 1, margin])
      image = pool(map(z, (value, c) => relu(value + bias[c]!)))
    }
    return [denseLayers(image.flat(2), hidden, classes, read)]
  }

export const resnet20Oracle =
  (shape: readonly [number, number, number], groups: number, classes: number): Oracle =>
  (read, x) => {
    const layer = (image: Image, out: number, stride: number): Image => {
      const kernel = read(9 * image[0]![0]!.length * out)
      return groupNorm(convolve(image, kernel, [3, out, stride, 1]), groups, read)
    }
    let image = map(layer(imageOf(x, shape), 16, 1), relu)
    for (const [stage, channels] of [16, 32, 64].entries()) {
      for (let block = 0; block < 3; block++) {
        const stride = stage > 0 && block === 0 ? 2 : 1
        const before = image
        const z = layer(map(layer(before, channels, stride), relu), channels, 1)
        image = z.map((row, i) =>
          row.map((pixel, j) =>
            pixel.map((value, c) => relu(value + (before[i * stride]![j * stride]![c] ?? 0)))
          )
        )
      }
    }
    const pixels = image.flat()
    const mean = pixels[0]!.map((_, c) => pixels.reduce((sum, p) => sum + p[c]!, 0) / pixels.length)
    return [dense(mean, classes, read)]
  }

export interface GptSides {
  readonly layers: number
  readonly heads: number
  readonly width: number
  readonly context: number
  readonly activation: 'gelu' | 'relu'
  readonly tied: boolean
}

const softmax = (scores: readonly number[]): number[] => {
  const most = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - most))
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / sum)
}

const attention = (qkv: Rows, heads: number, width: number): Rows =>
  qkv.map((row, t) => {
    const size = width / heads
    return Array.from({ length: heads }, (_, head) => {
      const part = (from: readonly number[], which: number) =>
        from.slice(which * width + head * size, which * width + (head + 1) * size)
      const query = part(row, 0)
      const seen = qkv.slice(0, t + 1)
      const weights = softmax(
        seen.map((earlier) => {
          const key = part(earlier, 1)
          return query.reduce((sum, q, i) => sum + q * key[i]!, 0) / Math.sqrt(size)
        })
      )
      return query.map((_, i) => weights.reduce((sum, w, s) => sum + w * part(seen[s]!, 2)[i]!, 0))
    }).flat()
  })

const sum = (a: Rows, b: Rows): Rows => a.map((row, t) => row.map((value, i) => value + b[t]![i]!))

export const gptOracle =
  ({ layers, heads, width, context, activation, tied }: GptSides, vocabulary: number): Oracle =>
  (read, x) => {
    const characters = read(vocabulary * width)
    const places = read(context * width)
    const all = (rows: Rows, out: number): Rows => {
      const kernel = read(rows[0]!.length * out)
      return rows.map((row) => times(row, kernel, out))
    }
    const biased = (rows: Rows): Rows => {
      const bias = read(rows[0]!.length)
      return rows.map((row) => row.map((value, i) => value + bias[i]!))
    }
    let z: Rows = x.map((character, t) =>
      Array.from(
        { length: width },
        (_, i) => characters[character * width + i]! + places[t * width + i]!
      )
    )
    for (let layer = 0; layer < layers; layer++) {
      const qkv = all(layerNorm(z, read), 3 * width)
      z = sum(z, all(attention(qkv, heads, width), width))
      const hidden = biased(all(layerNorm(z, read), 4 * width))
      const h = hidden.map((row) => row.map(activation === 'gelu' ? gelu : relu))
      z = sum(z, biased(all(h, width)))
    }
    const y = layerNorm(z, read)
    if (!tied) return all(y, vocabulary)
    return y.map((row) =>
      Array.from({ length: vocabulary }, (_, v) =>
        row.reduce((total, value, i) => total + value * characters[v * width + i]!, 0)
      )
    )
  }

/** Mean cross-entropy over all labels of a batch. // x [examples, features], labels [examples places] */
export const meanLoss = (
  oracle: Oracle,
  p: Float64Array,
  x: ArrayLike<number>,
  labels: ArrayLike<number>,
  examples: number
): number => {
  const features = x.length / examples
  const places = labels.length / examples
  let total = 0
  for (let example = 0; example < examples; example++) {
    const own = Array.from({ length: features }, (_, i) => x[example * features + i]!)
    oracle(reader(p), own).forEach((logits, place) => {
      const powers = logits.reduce((all, logit) => all + Math.exp(logit), 0)
      total += Math.log(powers) - logits[labels[example * places + place]!]!
    })
  }
  return total / labels.length
}
