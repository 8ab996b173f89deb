import * as tf from '@tensorflow/tfjs-core'
import { RunFailedError } from '../../errors.ts'
import type { BackendName } from '../backends/candidate.ts'
import { loadCpu } from './backends/cpu.ts'
import type { LoadBackend, Loaded } from './backends/loaded.ts'
import { loadTensorflow } from './backends/tensorflow.ts'
import { loadWasm } from './backends/wasm.ts'
import { loadWebgpu } from './backends/webgpu.ts'

export interface Backend extends Loaded {
  readonly name: BackendName
}

const LOADERS: Readonly<Record<BackendName, LoadBackend>> = {
  tensorflow: loadTensorflow,
  webgpu: loadWebgpu,
  wasm: loadWasm,
  cpu: loadCpu
}

const load = async (name: BackendName, module: string | null): Promise<Backend> => {
  // Importing layers is what registers the gradients: tfjs-core's own list of them
  // (register_all_gradients) cannot be imported from an ES module in Node.
  await import('@tensorflow/tfjs-layers')
  try {
    return { name, ...(await LOADERS[name](module)) }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new RunFailedError(`the backend ${name} does not start on this machine (${reason})`, {
      cause
    })
  }
}

const loading = new Map<string, Promise<Backend>>()

const loadOnce = (name: BackendName, module: string | null): Promise<Backend> => {
  const key = `${name} ${module}`
  const started = loading.get(key) ?? load(name, module)
  loading.set(key, started)
  return started
}

/**
 * Makes `name` the backend of this thread's tensors; again with another name, switches.
 * Every thread has its own tfjs, so a worker thread opens its own. `module`: the package that is to
 * compute, where a backend has several; null: the first that loads.
 *
 * @throws RunFailedError, with its reason, where a backend cannot be loaded or started.
 * @example
 * const { description } = await openBackend('wasm')
 */
export const openBackend = async (
  name: BackendName,
  module: string | null = null
): Promise<Backend> => {
  const backend = await loadOnce(name, module)
  await tf.setBackend(name)
  return backend
}
