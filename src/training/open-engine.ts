import type { BackendChoice } from './backends/candidate.ts'
import { explainSelection } from './backends/explain.ts'
import { selectBackend } from './backends/select.ts'
import { openDevice } from './device/open-device.ts'
import type { Engine } from './engine.ts'
import type { Model } from './models/model.ts'
import { openWasmEngine } from './wasm/wasm-engine.ts'

/** Examples that a device is shown at a time, where batches are smaller. */
const DEVICE_CAPACITY = 128

export interface Opened {
  readonly engine: Engine
  /** Why this backend and none of the others, in sentences for a log. */
  readonly explanation: readonly string[]
}

/**
 * A model on what `choice` asks for, or on the first that works of all there is.
 *
 * @throws InvalidInputError when the model does not fit, or the choice cannot be had here.
 */
export const openEngine = async (
  model: Model,
  batch: number,
  choice: BackendChoice
): Promise<Opened> => {
  const { config, features, shape, places, classes } = model
  const selection = await selectBackend({ choice, model: config.name })
  const explanation = explainSelection(selection)
  const { engine: kind, backend } = selection.taken.candidate
  if (kind === 'wasm') return { engine: openWasmEngine(model, batch), explanation }
  const setup = { backend, model: config, sides: { features, shape, places, classes } }
  return { engine: await openDevice(setup, Math.max(batch, DEVICE_CAPACITY)), explanation }
}
