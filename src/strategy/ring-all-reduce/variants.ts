import type { VariantsOf } from '../variant.ts'

/** A gradient of all peers at every step, as the strategy is meant. */
export const ringVariants: VariantsOf = () => [
  { label: 'float32', localSteps: 1 },
  { label: 'int8', localSteps: 1, compression: { name: 'int8' } }
]
