import type { BackendChoice } from './backends/candidate.ts'
import { explainSelection } from './backends/explain.ts'
import { type Selection, selectBackend } from './backends/select.ts'
import { openDevice } from './device/open-device.ts'
import type { Engine } from './engine.ts'
import { checkMemory, layersBytes, tensorBytes } from './memory.ts'
import { createModel } from './models/create-model.ts'
import type { BuiltInConfig, Model, ModelSides, TrainedConfig } from './models/model.ts'
import { plannedBytes } from './wasm/planned-bytes.ts'
import { openWasmEngine } from './wasm/wasm-engine.ts'

/** Examples that a device is shown at a time, where batches are smaller and so many take no more memory. */
const DEVICE_CAPACITY = 128
const CAPACITY_BYTES = 2 ** 30

export interface EngineInit {
  readonly config: TrainedConfig
  readonly sides: ModelSides
  /** Examples of a training batch. */
  readonly batch: number
  readonly choice: BackendChoice
  /** Folder of the weight files of a model `layers` that has some. */
  readonly weightsPath: string | null
}

export interface Opened {
  readonly engine: Engine
  readonly model: Model
  /** Why this backend and none of the others, in sentences for a log. */
  readonly explanation: readonly string[]
  /** That it takes of this machine's memory, about. */
  readonly bytes: number
}

/** On a GPU it is the GPU's memory that counts, which nobody here can see. */
const checkFit = (model: Model, batch: number): void =>
  checkMemory(tensorBytes(plannedBytes(model, batch)), process.availableMemory())

/** Evaluation is faster in large batches, and must not take much more memory than training. */
const capacityOf = (model: Model, batch: number): number => {
  const each = tensorBytes(plannedBytes(model, 2) - plannedBytes(model, 1))
  return Math.max(batch, Math.min(DEVICE_CAPACITY, Math.floor(CAPACITY_BYTES / each)))
}

const openBuiltIn = async (
  config: BuiltInConfig,
  { sides, batch }: EngineInit,
  { candidate, verdict }: Selection['taken']
): Promise<Omit<Opened, 'explanation'>> => {
  const model = createModel(config, sides)
  if (candidate.engine === 'wasm') {
    return { engine: openWasmEngine(model, batch), model, bytes: plannedBytes(model, batch) }
  }
  if (!verdict.gpu) checkFit(model, batch)
  const { backend, module } = candidate
  const setup = { backend, module, model: config, sides }
  const capacity = capacityOf(model, batch)
  const bytes = verdict.gpu ? 0 : tensorBytes(plannedBytes(model, capacity))
  return { engine: await openDevice(setup, capacity), model, bytes }
}

/**
 * A model on what `choice` asks for, or on the first that works of all there is.
 *
 * @throws InvalidInputError when the model cannot be built or does not fit, or the choice cannot be had here.
 */
export const openEngine = async (init: EngineInit): Promise<Opened> => {
  const { config, sides, batch, choice, weightsPath } = init
  const selection = await selectBackend({ choice, model: config.name })
  const { taken } = selection
  const explanation = explainSelection(selection)
  if (config.name !== 'layers') return { ...(await openBuiltIn(config, init, taken)), explanation }
  // Loaded where it is asked for: schemas of every kind of layer.
  const { createLayersModel } = await import('./models/layers-model.ts')
  const { readWeights } = await import('./models/weight-files.ts')
  const { backend, module } = taken.candidate
  const engine = await openDevice({ backend, module, model: config, sides }, batch)
  const given = await readWeights(config, engine.layout, weightsPath)
  const model = createLayersModel(config, sides, engine.layout, given)
  // What its layers compute in between is their own affair.
  const bytes = layersBytes(engine.layout.length, 0, batch)
  return { engine, model, explanation, bytes }
}
