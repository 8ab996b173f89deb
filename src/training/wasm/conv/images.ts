import type { Machine } from '../machine.ts'
import type { Matrix } from '../matrix.ts'

/** Images in memory [height, width, channels], channels adjacent, with zeros around each where asked for. */
export interface Images {
  /** Of the first image's first element, in bytes. */
  readonly at: number
  readonly height: number
  readonly width: number
  readonly channels: number
  /** From one row to the next, in elements. */
  readonly down: number
  /** From one image to the next, in elements. */
  readonly next: number
}

export interface Margin {
  readonly top: number
  readonly left: number
  readonly bottom: number
  readonly right: number
}

export type Shape = readonly [height: number, width: number, channels: number]

const FLOAT = 4
/** Elements behind the last image that kernels read, and leave unused, when they take eight at a time. */
const SLACK = 8
const NO_MARGIN: Margin = { top: 0, left: 0, bottom: 0, right: 0 }

/** Zeros all, margins for good. */
export const planImages = (
  machine: Machine,
  count: number,
  [height, width, channels]: Shape,
  { top, left, bottom, right }: Margin = NO_MARGIN
): Images => {
  const down = (left + width + right) * channels
  const size = (top + height + bottom) * down
  const { at } = machine.matrix(1, count * size + SLACK)
  const first = at + FLOAT * (top * down + left * channels)
  return { at: first, height, width, channels, down, next: size }
}

/** The rows of a matrix without gaps, as images. */
export const imagesIn = ({ at, columns }: Matrix, [height, width, channels]: Shape): Images => ({
  at,
  height,
  width,
  channels,
  down: width * channels,
  next: columns
})

export const imageAt = ({ at, next }: Images, image: number): number => at + FLOAT * image * next

/** Of a row and a column that may lie in the margin. */
export const placeAt = (images: Images, image: number, row: number, column: number): number =>
  imageAt(images, image) + FLOAT * (row * images.down + column * images.channels)

export const shapeOf = ({ height, width, channels }: Images): Shape => [height, width, channels]
