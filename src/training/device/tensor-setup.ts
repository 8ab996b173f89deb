import type { BackendName } from '../backends/candidate.ts'
import type { ModelSides, TrainedConfig } from '../models/model.ts'

/** A model and what it is opened on: plain data. */
export interface TensorSetup {
  readonly backend: BackendName
  /** The package that has passed its trial, where a backend has several. @default null: the first that loads */
  readonly module?: string | null
  readonly model: TrainedConfig
  readonly sides: ModelSides
}

/** What a device thread opens. */
export interface DeviceSetup extends TensorSetup {
  /** Examples of the largest batch. */
  readonly capacity: number
}
