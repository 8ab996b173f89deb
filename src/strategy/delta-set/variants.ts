import type { VariantsOf } from '../variant.ts'

/** One per cent of the parameters, as in simulations/mnist-16-delta, and a third of that. */
export const deltaVariants: VariantsOf = () => [
  { label: 'top 1 %', options: { density: 0.01 } },
  { label: 'top 0.3 %', options: { density: 0.003 } }
]
