import type { Conv2DBackpropInputAttrs, KernelFunc } from '@tensorflow/tfjs-core'
import { type Phase, phaseMargin, phasesOf } from '../../wasm/conv/phases.ts'
import type { Heap } from './heap.ts'
import { type ConvInfo, convInfo, openFrame, tileOf } from './window.ts'

const FLOAT = 4
const LANES = 8

/** One pair of phases, whose places lie side by side only where the stride is 1. */
interface Part {
  readonly rows: Phase
  readonly columns: Phase
  readonly packed: number
}

const phases = (info: ConvInfo) => {
  const { strideHeight, strideWidth, filterHeight, filterWidth, padInfo } = info
  const vertical = { side: filterHeight, stride: strideHeight, before: padInfo.top, after: 0 }
  const horizontal = { side: filterWidth, stride: strideWidth, before: padInfo.left, after: 0 }
  return {
    vertical: phasesOf(info.inHeight, vertical),
    horizontal: phasesOf(info.inWidth, horizontal)
  }
}

/** The turned kernels of all parts, one behind the other. */
const packParts = (heap: Heap, info: ConvInfo, filter: number): Part[] => {
  const { inChannels, outChannels, filterWidth, strideHeight: stride } = info
  const { vertical, horizontal } = phases(info)
  const lanes = LANES * Math.ceil(inChannels / LANES)
  const sizeOf = (rows: Phase, columns: Phase) => lanes * rows.taps * columns.taps * outChannels
  const pairs = vertical.flatMap((rows) => horizontal.map((columns) => ({ rows, columns })))
  const total = pairs.reduce((sum, { rows, columns }) => sum + sizeOf(rows, columns), 0)
  let packed = heap.scratch('kernel', total)
  return pairs.map(({ rows, columns }) => {
    const part = { rows, columns, packed }
    const corner = [rows.last, columns.last, stride] as const
    heap.conv.packTurned(filterWidth, inChannels, outChannels, filter, ...corner, packed)
    packed += FLOAT * sizeOf(rows, columns)
    return part
  })
}

/** dy with the zeros around it that the parts see. */
const slopeFrame = (heap: Heap, info: ConvInfo) => {
  const { vertical, horizontal } = phases(info)
  const { outHeight: height, outWidth: width, outChannels: channels } = info
  const [top, bottom] = phaseMargin(vertical, height)
  const [left, right] = phaseMargin(horizontal, width)
  const rows = top + height + bottom
  const columns = left + width + right
  const frame = openFrame(heap, 'dy', { height, width, channels, top, left, rows, columns })
  const placeAt = (row: number, column: number): number =>
    frame.at + FLOAT * ((top + row) * frame.down + (left + column) * channels)
  return { ...frame, placeAt }
}

/** d x // dy [examples, rows, columns, out], filter [rows, columns, in, out] */
export const heapConv2DBackpropInput =
  (heap: Heap) =>
  (other: KernelFunc): KernelFunc =>
  (call) => {
    const { dy, filter } = call.inputs
    const { inputShape } = call.attrs as unknown as Conv2DBackpropInputAttrs
    const info = convInfo(inputShape, filter!.shape, call.attrs)
    if (info === null || info.strideHeight !== info.strideWidth) return other(call)
    const { inChannels: channels, outChannels, inHeight, inWidth, strideHeight: stride } = info
    const out = heap.make(inputShape)
    const parts = packParts(heap, info, heap.at(filter!))
    const frame = slopeFrame(heap, info)
    const tile = tileOf(heap)
    const down = inWidth * channels
    const near = stride === 1 ? 0 : heap.scratch('near', inHeight * down)
    for (let i = 0; i < info.batchSize; i++) {
      frame.fill(heap.at(dy!) + FLOAT * i * info.outHeight * info.outWidth * outChannels)
      const image = heap.at(out) + FLOAT * i * inHeight * down
      for (const { rows, columns, packed } of parts) {
        const size = [rows.count, columns.count] as const
        const from = frame.placeAt(rows.from, columns.from)
        const run = columns.taps * outChannels
        const sight = [frame.down, outChannels, rows.taps, run, frame.down] as const
        const to = stride === 1 ? image : near
        heap.conv.convolve(...size, from, ...sight, packed, channels, to, 0, tile)
        if (stride === 1) continue
        // Every stride-th place of the image is this part's.
        const first = image + FLOAT * (rows.first * down + columns.first * channels)
        const packedRow = columns.count * channels
        const gaps = [stride * down, stride * channels] as const
        heap.conv.copyPlaces(...size, channels, near, packedRow, channels, first, ...gaps)
      }
    }
    return out
  }
