import type { Engine } from '../../../src/training/engine.ts'
import type { AsyncEngine } from '../../../src/training/tensors/async-engine.ts'
import type { BackendName } from './backends.ts'
import type { Case } from './cases.ts'

const tensorBackend = (name: Exclude<BackendName, 'wasm'>) => (name === 'tfjs-wasm' ? 'wasm' : name)

const openOurs = async ({ model, batch }: Case): Promise<Engine> => {
  const { openWasmEngine } = await import('../../../src/training/wasm/wasm-engine.ts')
  return openWasmEngine(model, batch)
}

/** As peers have it: tfjs in a device thread. Nothing is loaded that the backend does not need. */
export const openForPeer = async (name: BackendName, one: Case): Promise<Engine> => {
  if (name === 'wasm') return openOurs(one)
  const { openDevice } = await import('../../../src/training/device/open-device.ts')
  const { config, features, shape, places, classes } = one.model
  const sides = { features, shape, places, classes }
  return openDevice({ backend: tensorBackend(name), model: config, sides }, one.batch)
}

/** On the calling thread, where one can look into it. */
export const openHere = async (name: BackendName, one: Case): Promise<Engine | AsyncEngine> => {
  if (name === 'wasm') return openOurs(one)
  const [{ openBackend }, { createTensorEngine }, { createForm }] = await Promise.all([
    import('../../../src/training/tensors/backend.ts'),
    import('../../../src/training/tensors/tensor-engine.ts'),
    import('../../../src/training/tensors/create-form.ts')
  ])
  await openBackend(tensorBackend(name))
  const { layout, places } = one.model
  return createTensorEngine({ layout, places, form: createForm(one.model) })
}
