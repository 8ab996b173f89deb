import { InvalidInputError } from '../errors.ts'
import type { BackendChoice } from './backends/candidate.ts'
import { explainSelection } from './backends/explain.ts'
import { type Selection, selectBackend } from './backends/select.ts'
import { openDevice } from './device/open-device.ts'
import type { Engine } from './engine.ts'
import { createModel } from './models/create-model.ts'
import type { BuiltInConfig, Model, ModelSides, TrainedConfig } from './models/model.ts'
import { plannedBytes } from './wasm/planned-bytes.ts'
import { openWasmEngine } from './wasm/wasm-engine.ts'

/** Examples that a device is shown at a time, where batches are smaller. */
const DEVICE_CAPACITY = 128
/** tfjs keeps what a program computes in place: intermediate results, and gradients of all of them. */
const TENSORS_PER_PLAN = 2

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
}

const gibibytes = (bytes: number): string => (bytes / 2 ** 30).toPrecision(2)

/** On a GPU it is the GPU's memory that counts, which nobody here can see. */
const checkMemory = (model: Model, batch: number): void => {
  const bytes = TENSORS_PER_PLAN * plannedBytes(model, batch)
  const free = process.availableMemory()
  if (bytes <= free) return
  const rule = `takes about ${gibibytes(bytes)} GiB with this model, ${gibibytes(free)} GiB are free`
  const remedy = 'give a smaller batch, or a smaller model'
  throw new InvalidInputError([{ path: 'training.batch', rule, remedy }])
}

const openBuiltIn = async (
  config: BuiltInConfig,
  { sides, batch }: EngineInit,
  { candidate, verdict }: Selection['taken']
): Promise<Omit<Opened, 'explanation'>> => {
  const model = createModel(config, sides)
  if (candidate.engine === 'wasm') return { engine: openWasmEngine(model, batch), model }
  if (!verdict.gpu) checkMemory(model, batch)
  const setup = { backend: candidate.backend, model: config, sides }
  return { engine: await openDevice(setup, Math.max(batch, DEVICE_CAPACITY)), model }
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
  const setup = { backend: taken.candidate.backend, model: config, sides }
  const engine = await openDevice(setup, Math.max(batch, DEVICE_CAPACITY))
  const given = await readWeights(config, engine.layout, weightsPath)
  return { engine, model: createLayersModel(config, sides, engine.layout, given), explanation }
}
