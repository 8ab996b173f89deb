import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'

/**
 * The values of a float32 tensor, to be copied or used at once: on wasm a view of the heap that
 * the next operation may overwrite. (`dataSync` makes a new array each time: 5 times slower here.)
 */
export const peek = (tensor: tf.Tensor): Float32Array => {
  const backend = tf.backend() as Partial<Pick<BackendWasm, 'typedArrayFromHeap'>>
  const view = backend.typedArrayFromHeap?.(tensor) ?? tensor.dataSync()
  return view as Float32Array
}
