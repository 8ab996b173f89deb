import type { VariantsOf } from '../variant.ts'

export const serverVariants: VariantsOf = () => [
  { label: 'synchronous, float32' },
  { label: 'synchronous, int8', compression: { name: 'int8' } }
]
