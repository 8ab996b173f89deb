import type { ModelConfig } from '../../swarm/recipe.ts'
import { hasProgram } from '../wasm/create-program.ts'
import type { Candidate, Passed } from './candidate.ts'

/**
 * Why `auto` passes a candidate over for a model, though it works; null: it does not. TensorFlow on a
 * CPU takes 1.4 to 5 times the programs' time (docs/decisions/0015-two-engines.md).
 */
export const passedOver = (
  { backend }: Candidate,
  { gpu }: Passed,
  model: ModelConfig['name']
): string | null =>
  backend === 'tensorflow' && !gpu && hasProgram(model)
    ? 'works, but without a GPU it is slower than our own programs'
    : null
