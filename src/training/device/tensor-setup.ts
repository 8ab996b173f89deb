import type { ModelConfig } from '../../swarm/recipe.ts'
import type { ModelSides } from '../models/model.ts'
import type { BackendName } from '../tensors/backend.ts'

/** What a device thread opens: plain data. */
export interface TensorSetup {
  readonly backend: BackendName
  readonly model: ModelConfig
  readonly sides: ModelSides
}
