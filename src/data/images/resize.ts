import type { Vector } from '../../vector/vector.ts'

/** What of a line of samples makes one: `weights` of those from `first` on, which sum to 1. */
interface Tap {
  readonly first: number
  readonly weights: readonly number[]
}

/**
 * Bilinear interpolation that looks at all samples in reach where it makes a line shorter, so that none
 * is passed over: a triangle as wide as two of the new samples. `from`, `length`: the part of the line
 * that is kept.
 */
const tapsOf = (from: number, length: number, side: number): readonly Tap[] => {
  const ratio = length / side
  const reach = Math.max(1, ratio)
  return Array.from({ length: side }, (_, i) => {
    const centre = (i + 0.5) * ratio
    const first = Math.max(0, Math.ceil(centre - reach - 0.5))
    const last = Math.min(length - 1, Math.floor(centre + reach - 0.5))
    const raw = Array.from({ length: last - first + 1 }, (_tap, k) =>
      Math.max(0, 1 - Math.abs(first + k + 0.5 - centre) / reach)
    )
    const sum = raw.reduce((a, b) => a + b, 0)
    return { first: from + first, weights: raw.map((weight) => weight / sum) }
  })
}

export interface Samples {
  readonly width: number
  readonly height: number
  readonly channels: number
  /** [height, width, channels] */
  readonly values: Uint8Array | Uint8ClampedArray
}

/** Lines of `width` made `side` long. // [height, side, channels] */
const shorten = ({ width, height, channels, values }: Samples, taps: readonly Tap[]): Vector => {
  const side = taps.length
  const lines = new Float32Array(height * side * channels)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < side; x++) {
      const { first, weights } = taps[x]!
      for (let c = 0; c < channels; c++) {
        let sum = 0
        const start = (y * width + first) * channels + c
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * values[start + k * channels]!
        lines[(y * side + x) * channels + c] = sum
      }
    }
  }
  return lines
}

/**
 * The square in the picture's middle, brought to `side`, as bytes. // [side, side, channels]
 */
export const squareOf = (
  samples: Samples,
  side: number,
  into: Uint8Array,
  offset: number
): void => {
  const { width, height, channels } = samples
  const kept = Math.min(width, height)
  const [left, top] = [(width - kept) >> 1, (height - kept) >> 1]
  const lines = shorten(samples, tapsOf(left, kept, side))
  const stride = side * channels
  for (const [y, { first, weights }] of tapsOf(top, kept, side).entries()) {
    for (let i = 0; i < stride; i++) {
      let sum = 0
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * lines[(first + k) * stride + i]!
      into[offset + y * stride + i] = Math.min(255, Math.max(0, Math.round(sum)))
    }
  }
}
