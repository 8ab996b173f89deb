/** What wasm/conv computes, in plain float64 loops. Images are [height][width][channels], flat. */

export interface Sides {
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** A square window, its stride, and the zeros above and left of the image, and below and right. */
export interface Slide {
  readonly side: number
  readonly stride: number
  readonly before: number
  readonly after: number
}

export interface Case extends Sides {
  /** Channels that come out. */
  readonly out: number
  readonly slide: Slide
}

export const outputSides = ({ height, width, out, slide }: Case): Sides => {
  const along = (side: number): number =>
    Math.floor((side + slide.before + slide.after - slide.side) / slide.stride) + 1
  return { height: along(height), width: along(width), channels: out }
}

/** Calls `visit` with the elements of x, kernel and z that meet: z += x kernel. */
const meet = (of: Case, visit: (x: number, kernel: number, z: number) => void): void => {
  const { height, width, channels, out, slide } = of
  const places = outputSides(of)
  for (let y = 0; y < places.height; y++) {
    for (let x = 0; x < places.width; x++) {
      for (let i = 0; i < slide.side; i++) {
        for (let j = 0; j < slide.side; j++) {
          const row = y * slide.stride + i - slide.before
          const column = x * slide.stride + j - slide.before
          if (row < 0 || column < 0 || row >= height || column >= width) continue
          for (let c = 0; c < channels; c++) {
            for (let o = 0; o < out; o++) {
              visit(
                (row * width + column) * channels + c,
                ((i * slide.side + j) * channels + c) * out + o,
                (y * places.width + x) * out + o
              )
            }
          }
        }
      }
    }
  }
}

type Values = ArrayLike<number>

export const convolved = (of: Case, x: Values, kernel: Values): Float64Array => {
  const { height, width } = outputSides(of)
  const z = new Float64Array(height * width * of.out)
  meet(of, (a, b, c) => {
    z[c]! += x[a]! * kernel[b]!
  })
  return z
}

export const convolvedBackward = (
  of: Case,
  x: Values,
  kernel: Values,
  dz: Values
): { readonly dx: Float64Array; readonly dKernel: Float64Array } => {
  const dx = new Float64Array(x.length)
  const dKernel = new Float64Array(kernel.length)
  meet(of, (a, b, c) => {
    dx[a]! += dz[c]! * kernel[b]!
    dKernel[b]! += dz[c]! * x[a]!
  })
  return { dx, dKernel }
}

/** The four elements of a 2 x 2 window, in the order in which the first of equal maxima is taken. */
const windowAt = ({ width, channels }: Sides, y: number, x: number, c: number): number[] =>
  [0, 1, width, width + 1].map((step) => (2 * y * width + 2 * x + step) * channels + c)

/** relu(max + bias); `from` is the place in z that each element comes from. */
export const pooled = (
  sides: Sides,
  z: Values,
  bias: Values
): { readonly h: Float64Array; readonly from: readonly number[] } => {
  const h: number[] = []
  const from: number[] = []
  for (let y = 0; y < Math.floor(sides.height / 2); y++) {
    for (let x = 0; x < Math.floor(sides.width / 2); x++) {
      for (let c = 0; c < sides.channels; c++) {
        const window = windowAt(sides, y, x, c)
        const first = window.reduce((best, at) => (z[at]! > z[best]! ? at : best))
        from.push(first)
        h.push(Math.max(0, z[first]! + bias[c]!))
      }
    }
  }
  return { h: Float64Array.from(h), from }
}

export const pooledBackward = (
  sides: Sides,
  { h, from }: ReturnType<typeof pooled>,
  d: Values
): { readonly dz: Float64Array; readonly dBias: Float64Array } => {
  const dz = new Float64Array(sides.height * sides.width * sides.channels)
  const dBias = new Float64Array(sides.channels)
  from.forEach((at, i) => {
    if (h[i] === 0) return
    dz[at] = d[i]!
    dBias[i % sides.channels]! += d[i]!
  })
  return { dz, dBias }
}

/** relu(gain (z - mean) / sqrt(variance + 1e-5) + bias + shortcut), moments over each group of channels. */
export const groupNormed = (
  z: Values,
  [gain, bias, shortcut]: readonly [Values, Values, Values],
  groups: number
): Float64Array => {
  const channels = gain.length
  const groupOf = (i: number): number => Math.floor(((i % channels) * groups) / channels)
  const means = new Float64Array(groups)
  const variances = new Float64Array(groups)
  const share = groups / z.length
  for (let i = 0; i < z.length; i++) means[groupOf(i)]! += z[i]! * share
  for (let i = 0; i < z.length; i++)
    variances[groupOf(i)]! += (z[i]! - means[groupOf(i)]!) ** 2 * share
  return Float64Array.from(z, (value, i) => {
    const normal = (value - means[groupOf(i)]!) / Math.sqrt(variances[groupOf(i)]! + 1e-5)
    return Math.max(0, gain[i % channels]! * normal + bias[i % channels]! + shortcut[i]!)
  })
}
