import type { VariantsOf } from '../variant.ts'

/** A gradient of all peers at every step, as the strategy is meant. */
export const ringVariants: VariantsOf = () => [
  { label: 'float32', topology: { name: 'full' }, localSteps: 1 },
  {
    label: 'int8',
    topology: { name: 'full' },
    localSteps: 1,
    compression: { name: 'int8' }
  }
]
