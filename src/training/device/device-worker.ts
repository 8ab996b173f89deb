/** The device thread's entry: a model as tensors, on one of tfjs's backends. */
import type { AsyncEngine } from '../tensors/async-engine.ts'
import { openBackend } from '../tensors/backend.ts'
import { openForm } from '../tensors/open-form.ts'
import { createTensorEngine } from '../tensors/tensor-engine.ts'
import { serveDevice } from './serve-device.ts'
import type { TensorSetup } from './tensor-setup.ts'

const openTensors = async ({ backend, model, sides }: TensorSetup): Promise<AsyncEngine> => {
  await openBackend(backend)
  return createTensorEngine({ ...(await openForm(model, sides)), places: sides.places })
}

await serveDevice(openTensors)
