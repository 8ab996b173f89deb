import { fileURLToPath } from 'node:url'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { setHeap } from '../heap/current.ts'
import { Heap } from '../heap/heap.ts'
import { registerHeapKernels } from '../heap/register.ts'
import { registerWasmKernels } from '../kernels/register.ts'
import { removeEmscriptenListeners } from './emscripten-listeners.ts'
import type { LoadBackend } from './loaded.ts'
import { start } from './start.ts'

const WITHOUT_SIMD = 'WebAssembly has no vector instructions here and computes several times slower'

const openHeap = (): Heap => new Heap(tf.backend() as BackendWasm)

/** A notice where our kernels cannot be put into the backend's memory. */
const addHeapKernels = (open: () => Heap): string | null => {
  try {
    const heap = open()
    registerHeapKernels(heap)
    setHeap(heap)
    return null
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return `products and convolutions are composed of tfjs's own kernels and slower, because ours do not fit into its memory (${reason})`
  }
}

/** WebAssembly, one thread. */
export const wasmLoader =
  (open: () => Heap): LoadBackend =>
  async () => {
    const { setWasmPaths, version_wasm: version } = await import('@tensorflow/tfjs-backend-wasm')
    // tfjs would look beside the main script; the .wasm files lie beside the package's own entry.
    // In Node it never chooses the threaded build: one thread per peer, the other cores are for others.
    setWasmPaths(fileURLToPath(new URL('.', import.meta.resolve('@tensorflow/tfjs-backend-wasm'))))
    await start('wasm')
    removeEmscriptenListeners()
    registerWasmKernels()
    const simd = (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true
    const composed = addHeapKernels(open)
    return {
      description: `tfjs-backend-wasm ${version}`,
      gpu: false,
      notice: simd ? composed : WITHOUT_SIMD
    }
  }

export const loadWasm = wasmLoader(openHeap)
