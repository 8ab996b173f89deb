import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs-core'
import { RunFailedError } from '../../errors.ts'
import { removeEmscriptenListeners } from './emscripten-listeners.ts'
import { registerWasmKernels } from './kernels/register.ts'

/** tfjs backends that need nothing but npm packages; `cpu` is plain JavaScript and many times slower. */
export type BackendName = 'wasm' | 'cpu'

export interface Backend {
  readonly name: BackendName
  /** Whether 128-bit vector instructions are used; `wasm` falls back to scalar code without them. */
  readonly simd: boolean
}

const loadWasm = async (): Promise<void> => {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
  // tfjs would look beside the main script; the .wasm files lie beside the package's own entry.
  // In Node it never chooses the threaded build: one thread per peer, the other cores are for others.
  setWasmPaths(fileURLToPath(new URL('.', import.meta.resolve('@tensorflow/tfjs-backend-wasm'))))
  registerWasmKernels()
}

const loadCpu = async (): Promise<void> => {
  await import('@tensorflow/tfjs-backend-cpu')
  // Its first tensor would print an advertisement for tfjs-node: one flag, not all warnings.
  const cpu = tf.findBackend('cpu') as unknown as { firstUse: boolean }
  cpu.firstUse = false
}

const loading = new Map<BackendName, Promise<void>>()

const load = async (name: BackendName): Promise<void> => {
  // Importing layers is what registers the gradients: tfjs-core's own list of them
  // (register_all_gradients) cannot be imported from an ES module in Node.
  await import('@tensorflow/tfjs-layers')
  await (name === 'wasm' ? loadWasm() : loadCpu())
}

const loadOnce = (name: BackendName): Promise<void> => {
  const started = loading.get(name) ?? load(name)
  loading.set(name, started)
  return started
}

/**
 * Makes `name` the backend of this thread's tensors; again with another name, switches.
 * Every thread has its own tfjs, so a worker thread opens its own.
 *
 * @example
 * const { name } = await openBackend('wasm')
 */
export const openBackend = async (name: BackendName): Promise<Backend> => {
  await loadOnce(name)
  if (!(await tf.setBackend(name))) {
    throw new RunFailedError(`the tfjs backend "${name}" does not start on this machine; try "cpu"`)
  }
  removeEmscriptenListeners()
  const simd = name === 'wasm' && (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true
  return { name, simd }
}
