import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'

/** Adjacent elements are copied alone: shipped, the whole tensor is copied first, for every slice of it. */
export const fasterSlice =
  (shipped: tf.KernelFunc): tf.KernelFunc =>
  (call) => {
    const x = call.inputs['x']!
    const { begin, size } = call.attrs as unknown as tf.SliceAttrs
    const [first, shape] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size)
    if (x.dtype !== 'float32' || !tf.slice_util.isSliceContinous(x.shape, first!, shape!)) {
      return shipped(call)
    }
    const wasm = call.backend as BackendWasm
    const strides = tf.util.computeStrides(x.shape)
    const offset = tf.slice_util.computeFlatOffset(first!, strides)
    const out = wasm.makeOutput(shape!, 'float32')
    const values = wasm.typedArrayFromHeap(out)
    values.set(wasm.typedArrayFromHeap(x).subarray(offset, offset + values.length))
    return out
  }
