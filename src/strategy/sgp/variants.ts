import type { VariantsOf } from '../variant.ts'

/** The paper's graph (Assran et al. 2019, section 3), and one peer or two at a time. */
export const sgpVariants: VariantsOf = () => [
  { label: 'one at a time', topology: { name: 'exponential' } },
  { label: 'two at a time', options: { targets: 2 }, topology: { name: 'exponential' } }
]
