import type { VariantsOf } from '../variant.ts'

/** With everybody in every round: whoever sits out trains on fewer samples than the others are given. */
export const federatedVariants: VariantsOf = () => [
  { label: 'FedAvg' },
  { label: 'SCAFFOLD', options: { algorithm: { name: 'scaffold' } } }
]
