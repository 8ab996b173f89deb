/** The device thread's entry: a model as tensors, on one of tfjs's backends. */
import { createModel } from '../models/create-model.ts'
import type { AsyncEngine } from '../tensors/async-engine.ts'
import { openBackend } from '../tensors/backend.ts'
import { createForm } from '../tensors/create-form.ts'
import { createTensorEngine } from '../tensors/tensor-engine.ts'
import { serveDevice } from './serve-device.ts'
import type { TensorSetup } from './tensor-setup.ts'

const openTensors = async ({ backend, model, sides }: TensorSetup): Promise<AsyncEngine> => {
  // First what may be refused at once.
  const described = createModel(model, sides)
  await openBackend(backend)
  const { layout, places } = described
  return createTensorEngine({ layout, places, form: createForm(described) })
}

await serveDevice(openTensors)
