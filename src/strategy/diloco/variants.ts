import type { VariantsOf } from '../variant.ts'

/** Rounds that are longer than others', as it is meant (Douillard et al. 2023: 500 steps). */
const LONGER = 4

export const dilocoVariants: VariantsOf = ({ training: { localSteps, steps } }) => {
  const longer = Math.max(1, Math.min(LONGER * localSteps, steps))
  return [
    { label: 'float32', localSteps: longer },
    { label: 'int8', localSteps: longer, compression: { name: 'int8' } }
  ]
}
