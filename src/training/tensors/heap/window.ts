import * as tf from '@tensorflow/tfjs-core'
import type { Heap } from './heap.ts'

const FLOAT = 4
/** Elements behind an image that kernels read, and do not use, when they take eight at a time. */
const SLACK = 8
/** Of the tile in which the edges of sums are kept. */
const TILE = 48

export type ConvInfo = tf.backend_util.Conv2DInfo

/** Settings that all kernels of a convolution share. */
type Attributes = Pick<tf.Conv2DAttrs, 'strides' | 'pad' | 'dataFormat' | 'dimRoundingMode'> &
  Partial<Pick<tf.Conv2DAttrs, 'dilations'>>

/** The sides of a convolution; null where our kernels do not do it. */
export const convInfo = (
  inputShape: readonly number[],
  filterShape: readonly number[],
  attrs: unknown
): ConvInfo | null => {
  const { strides, pad, dataFormat, dilations = 1, dimRoundingMode } = attrs as Attributes
  if (dataFormat !== 'NHWC') return null
  const info = tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode
  )
  const dense = info.dilationHeight === 1 && info.dilationWidth === 1
  return dense && inputShape.length === 4 && info.outHeight > 0 && info.outWidth > 0 ? info : null
}

/** One image with zeros around it, in memory for its own: what lies behind the last window is left out. */
export interface Frame {
  readonly at: number
  /** Elements from one row to the next. */
  readonly down: number
  /** Copies an image into it. // from [height, width, channels] */
  fill(from: number): void
}

export interface FrameSides {
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly top: number
  readonly left: number
  /** Of the frame, all in all. */
  readonly rows: number
  readonly columns: number
}

export const openFrame = (heap: Heap, part: string, sides: FrameSides): Frame => {
  const { height, width, channels, top, left, rows, columns } = sides
  const down = columns * channels
  const size = rows * down + SLACK
  const at = heap.scratch(part, size)
  // Another convolution's image may lie where this one has its margin.
  heap.kernels.clear(size, at)
  const lines = Math.min(height, rows - top)
  const run = Math.min(width, columns - left) * channels
  const inside = at + FLOAT * (top * down + left * channels)
  return {
    at,
    down,
    fill: (from) => heap.conv.copyPlaces(lines, 1, run, from, width * channels, 0, inside, down, 0)
  }
}

/** The frame that the windows of a convolution slide over. */
export const inputFrame = (heap: Heap, info: ConvInfo): Frame =>
  openFrame(heap, 'x', {
    height: info.inHeight,
    width: info.inWidth,
    channels: info.inChannels,
    top: info.padInfo.top,
    left: info.padInfo.left,
    rows: (info.outHeight - 1) * info.strideHeight + info.filterHeight,
    columns: (info.outWidth - 1) * info.strideWidth + info.filterWidth
  })

/** What a place sees of a frame, as the kernels want it said. */
export const sightOf = (info: ConvInfo, down: number) =>
  [
    info.strideHeight * down,
    info.strideWidth * info.inChannels,
    info.filterHeight,
    info.filterWidth * info.inChannels,
    down
  ] as const

export const tileOf = (heap: Heap): number => heap.scratch('tile', TILE)
