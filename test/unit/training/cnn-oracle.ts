/** The convolutional model in plain float64 loops over one row at a time; shares no code with src. */

export interface Sides {
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly classes: number
}

/** Values as [height][width][channels], flat. */
interface Image {
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly at: (y: number, x: number, c: number) => number
}

type Read = (length: number) => Float64Array

const imageOf = (height: number, width: number, channels: number, v: ArrayLike<number>): Image => ({
  height,
  width,
  channels,
  at: (y, x, c) =>
    y < 0 || x < 0 || y >= height || x >= width ? 0 : v[(y * width + x) * channels + c]!
})

/** 5 x 5, bias, ReLU, then the maxima of 2 x 2; `margin` zeros around the image. */
const layer = (image: Image, out: number, margin: number, read: Read): Image => {
  const { height, width, channels, at } = image
  const kernel = read(25 * channels * out)
  const bias = read(out)
  const rows = Math.floor((height + 2 * margin - 4) / 2)
  const columns = Math.floor((width + 2 * margin - 4) / 2)
  const unit = (y: number, x: number, o: number): number => {
    let sum = bias[o]!
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 5; j++) {
        for (let c = 0; c < channels; c++) {
          sum +=
            at(y + i - margin, x + j - margin, c) * kernel[((i * 5 + j) * channels + c) * out + o]!
        }
      }
    }
    return Math.max(0, sum)
  }
  const values: number[] = []
  for (let y = 0; y < 2 * rows; y += 2) {
    for (let x = 0; x < 2 * columns; x += 2) {
      for (let o = 0; o < out; o++) {
        const window = [unit(y, x, o), unit(y, x + 1, o), unit(y + 1, x, o), unit(y + 1, x + 1, o)]
        values.push(Math.max(...window))
      }
    }
  }
  return imageOf(rows, columns, out, values)
}

const dense = (h: readonly number[], out: number, read: Read): number[] => {
  const kernel = read(h.length * out)
  const bias = read(out)
  return Array.from(bias, (b, o) =>
    h.reduce((sum, value, i) => sum + value * kernel[i * out + o]!, b)
  )
}

const logitsOf = (p: Float64Array, row: ArrayLike<number>, sides: Sides): number[] => {
  let offset = 0
  const read: Read = (length) => {
    offset += length
    return p.subarray(offset - length, offset)
  }
  const input = imageOf(sides.height, sides.width, sides.channels, row)
  const image = layer(layer(input, 6, 2, read), 16, 0, read)
  let h: number[] = []
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      for (let c = 0; c < 16; c++) h.push(image.at(y, x, c))
    }
  }
  for (const out of [120, 84]) h = dense(h, out, read).map((z) => Math.max(0, z))
  const logits = dense(h, sides.classes, read)
  if (offset !== p.length) throw new RangeError(`${p.length} parameters, ${offset} used`)
  return logits
}

/** Mean cross-entropy of a batch. */
export const lossInFloat64 = (
  p: Float64Array,
  x: Float32Array,
  labels: readonly number[],
  sides: Sides
): number => {
  const width = sides.height * sides.width * sides.channels
  const losses = labels.map((label, row) => {
    const logits = logitsOf(p, x.subarray(row * width, (row + 1) * width), sides)
    return Math.log(logits.reduce((sum, z) => sum + Math.exp(z), 0)) - logits[label]!
  })
  return losses.reduce((sum, loss) => sum + loss, 0) / labels.length
}
