import type { ModelSides, TrainedConfig } from '../models/model.ts'
import type { BackendName } from '../tensors/backend.ts'

/** What a device thread opens: plain data. */
export interface TensorSetup {
  readonly backend: BackendName
  readonly model: TrainedConfig
  readonly sides: ModelSides
}
