import * as tf from '@tensorflow/tfjs-core'
import type { Heap } from './heap.ts'

/** Of this thread's wasm backend, as tfjs's backends are this thread's. */
let opened: Heap | null = null

export const setHeap = (heap: Heap): void => {
  opened = heap
}

/** Where tensors lie while tfjs's wasm backend is the current one; null elsewhere, and where we are not let in. */
export const currentHeap = (): Heap | null => (tf.getBackend() === 'wasm' ? opened : null)
