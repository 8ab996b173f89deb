import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { tensorIn } from './registry.ts'

type Pool = tf.backend_util.Conv2DInfo

/** Adds dy of every window to the first of its elements that is the window's maximum. */
const unpool = (
  dy: Float32Array, // [batch, rows, columns, channels]
  x: Float32Array, // [batch, height, width, channels]
  y: Float32Array, // [batch, rows, columns, channels]
  dx: Float32Array, // [batch, height, width, channels]
  { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth, ...pool }: Pool
): void => {
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = pool
  const line = inWidth * channels
  let cell = 0
  for (let b = 0; b < batchSize; b++) {
    for (let row = 0; row < outHeight; row++) {
      const above = row * strideHeight - padInfo.top
      const top = Math.max(0, above)
      const bottom = Math.min(inHeight, above + filterHeight)
      for (let column = 0; column < outWidth; column++) {
        const before = column * strideWidth - padInfo.left
        const left = Math.max(0, before)
        const width = (Math.min(inWidth, before + filterWidth) - left) * channels
        const corner = (b * inHeight + top) * line + left * channels
        const end = corner + (bottom - top) * line
        for (let c = 0; c < channels; c++, cell++) {
          const given = dy[cell]!
          const largest = y[cell]!
          // Half of a layer's gradients are zero behind a ReLU.
          if (given === 0) continue
          search: for (let start = corner + c; start < end; start += line) {
            for (let at = start; at < start + width; at += channels) {
              if (x[at] !== largest) continue
              dx[at] = dx[at]! + given
              break search
            }
          }
        }
      }
    }
  }
}

/**
 * In place of tfjs-backend-wasm 4.22's own, which gives nothing to windows without a positive
 * element, and is several times slower.
 */
export const maxPoolGrad: tf.KernelFunc = ({ inputs, attrs, backend }) => {
  const wasm = backend as BackendWasm
  const x = tensorIn<tf.Tensor4D>(inputs, 'input')
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as tf.MaxPoolGradAttrs
  const { computePool2DInfo } = tf.backend_util
  const info = computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode)
  const output = wasm.makeOutput(x.shape, 'float32')
  const valuesOf = (tensor: tf.TensorInfo) => wasm.typedArrayFromHeap(tensor) as Float32Array
  // Views of the heap are good until something is allocated on it.
  const dx = valuesOf(output).fill(0)
  unpool(valuesOf(inputs['dy']!), valuesOf(x), valuesOf(inputs['output']!), dx, info)
  return output
}
