import * as tf from '@tensorflow/tfjs-core'
import type { Heap } from './heap.ts'

const FLOAT = 4
const SIDE = 2

/** Windows of 2 x 2, side by side; what is left of an odd side belongs to none. */
const fits = ({ padInfo, ...info }: tf.backend_util.Conv2DInfo): boolean => {
  const { strideHeight, strideWidth, effectiveFilterHeight, effectiveFilterWidth } = info
  const sides = [strideHeight, strideWidth, effectiveFilterHeight, effectiveFilterWidth]
  return sides.every((side) => side === SIDE) && padInfo.type === 'VALID'
}

/** dy of every window goes to the first of its largest elements. */
export const heapMaxPoolGrad =
  (heap: Heap) =>
  (other: tf.KernelFunc): tf.KernelFunc =>
  (call) => {
    const { input: x, dy } = call.inputs
    const { filterSize, strides, pad, dimRoundingMode } =
      call.attrs as unknown as tf.MaxPoolGradAttrs
    const shape = x!.shape as [number, number, number, number]
    const info = tf.backend_util.computePool2DInfo(
      shape,
      filterSize,
      strides,
      1,
      pad,
      dimRoundingMode
    )
    if (!fits(info)) return other(call)
    const { outHeight: rows, outWidth: columns, inChannels: channels } = info
    const out = heap.make(shape)
    const size = tf.util.sizeFromShape(shape)
    if (info.inHeight % SIDE !== 0 || info.inWidth % SIDE !== 0) {
      heap.kernels.clear(size, heap.at(out))
    }
    // The kernel goes through a ReLU and a bias as well: one that is everywhere on, and one for nobody.
    const on = heap.scratch('on', columns * channels)
    heap.view(on, columns * channels).fill(1)
    const bias = heap.scratch('bias', channels)
    const down = info.inWidth * channels
    for (let i = 0; i < info.batchSize; i++) {
      const image = FLOAT * i * info.inHeight * down
      const z = [heap.at(x!) + image, down] as const
      const d = heap.at(dy!) + FLOAT * i * rows * columns * channels
      const dz = [heap.at(out) + image, down] as const
      heap.conv.maxPoolGradient(rows, columns, channels, ...z, on, 0, d, ...dz, bias)
    }
    return out
  }
