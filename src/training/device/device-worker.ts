/** The device thread's entry: a model as tensors, on one of tfjs's backends. */
import type { Room } from '../memory.ts'
import type { AsyncEngine } from '../tensors/async-engine.ts'
import { type Backend, openBackend } from '../tensors/backend.ts'
import { openForm } from '../tensors/open-form.ts'
import { createTensorEngine } from '../tensors/tensor-engine.ts'
import { serveDevice } from './serve-device.ts'
import type { DeviceSetup } from './tensor-setup.ts'

/** What WebAssembly can address. */
const WASM_BYTES = 2 ** 32

/** Null on a GPU: its memory nobody here can see. */
const roomOf = ({ name, gpu }: Backend, examples: number): Room | null => {
  if (gpu) return null
  const free = process.availableMemory()
  return { examples, bytes: name === 'wasm' ? Math.min(free, WASM_BYTES) : free }
}

const openTensors = async (setup: DeviceSetup): Promise<AsyncEngine> => {
  const { backend, module = null, model, sides, capacity } = setup
  const room = roomOf(await openBackend(backend, module), capacity)
  return createTensorEngine({ ...(await openForm(model, sides, room)), places: sides.places })
}

await serveDevice(openTensors)
