import type { VariantsOf } from '../variant.ts'

/** Slow momentum helps skewed shards (simulations/alpha) and costs no bytes. */
export const gossipVariants: VariantsOf = () => [
  { label: 'int4', compression: { name: 'int4' } },
  { label: 'int4, slow momentum', options: { slowMomentum: 0.8 }, compression: { name: 'int4' } }
]
