import * as tf from '@tensorflow/tfjs-core'
import { RunFailedError } from '../../../errors.ts'
import { reportFault } from '../faults.ts'
import type { LoadBackend } from './loaded.ts'
import { start } from './start.ts'

/** Neither is installed with swarmgrad: Dawn's bindings, and tfjs on top of them. */
const BINDINGS: string = 'webgpu'
const BACKEND: string = '@tensorflow/tfjs-backend-webgpu'

/** What is used of WebGPU; TypeScript has its types among those of the browser only. */
interface Adapter {
  readonly info: { readonly description: string; readonly isFallbackAdapter?: boolean }
}
interface Gpu {
  requestAdapter(options: { powerPreference: 'high-performance' }): Promise<Adapter | null>
}
interface Bindings {
  readonly globals: object
  create(flags: readonly string[]): Gpu
}
interface Device {
  readonly lost: Promise<{ readonly message: string }>
  addEventListener(type: 'uncapturederror', listener: (event: ErrorEvent) => void): void
}
interface ErrorEvent {
  readonly error: { readonly message: string }
}

/** tfjs takes WebGPU from where browsers have it, and registers its backend only if it is there. */
const installGpu = async (): Promise<Gpu> => {
  const { create, globals } = (await import(BINDINGS)) as Bindings
  Object.assign(globalThis, globals)
  const gpu = create([])
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true })
  return gpu
}

/** Shaders that do not compile throw nothing and give zeros: without this, nobody would know. */
const watch = ({ device }: { readonly device: Device }): void => {
  device.addEventListener('uncapturederror', ({ error }) => reportFault('webgpu', error.message))
  void device.lost.then(({ message }) => reportFault('webgpu', `the GPU was lost: ${message}`))
}

/** Vulkan, Metal or Direct3D through WebGPU. */
export const loadWebgpu: LoadBackend = async () => {
  const gpu = await installGpu()
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (adapter === null)
    throw new RunFailedError('WebGPU finds no adapter: no driver for Vulkan, Metal or Direct3D 12')
  await import(BACKEND)
  await start('webgpu')
  watch(tf.backend() as unknown as { readonly device: Device })
  const software = adapter.info.isFallbackAdapter === true
  return {
    description: `tfjs-backend-webgpu on ${adapter.info.description}`,
    gpu: !software,
    notice: software ? 'the only WebGPU adapter is emulated on the CPU' : null
  }
}
