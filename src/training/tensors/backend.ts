import * as tf from '@tensorflow/tfjs-core'
import { RunFailedError } from '../../errors.ts'
import { loadCpu } from './backends/cpu.ts'
import type { LoadBackend, Loaded } from './backends/loaded.ts'
import { loadTensorflow } from './backends/tensorflow.ts'
import { loadWasm } from './backends/wasm.ts'
import { loadWebgpu } from './backends/webgpu.ts'

/** Fastest first, where all of them work. */
export const BACKEND_NAMES = ['tensorflow', 'webgpu', 'wasm', 'cpu'] as const

export type BackendName = (typeof BACKEND_NAMES)[number]

export interface Backend extends Loaded {
  readonly name: BackendName
}

const LOADERS: Readonly<Record<BackendName, LoadBackend>> = {
  tensorflow: loadTensorflow,
  webgpu: loadWebgpu,
  wasm: loadWasm,
  cpu: loadCpu
}

const load = async (name: BackendName): Promise<Backend> => {
  // Importing layers is what registers the gradients: tfjs-core's own list of them
  // (register_all_gradients) cannot be imported from an ES module in Node.
  await import('@tensorflow/tfjs-layers')
  try {
    return { name, ...(await LOADERS[name]()) }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new RunFailedError(`the backend ${name} does not start on this machine (${reason})`, {
      cause
    })
  }
}

const loading = new Map<BackendName, Promise<Backend>>()

const loadOnce = (name: BackendName): Promise<Backend> => {
  const started = loading.get(name) ?? load(name)
  loading.set(name, started)
  return started
}

/**
 * Makes `name` the backend of this thread's tensors; again with another name, switches.
 * Every thread has its own tfjs, so a worker thread opens its own.
 *
 * @throws RunFailedError, with its reason, where a backend cannot be loaded or started.
 * @example
 * const { description } = await openBackend('wasm')
 */
export const openBackend = async (name: BackendName): Promise<Backend> => {
  const backend = await loadOnce(name)
  await tf.setBackend(name)
  return backend
}
