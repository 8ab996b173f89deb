import type { VariantsOf } from '../variant.ts'

/** At the scenario's pace, and twice as often: the paper mixes at every step (Lian et al. 2017, algorithm 1). */
export const dPsgdVariants: VariantsOf = ({ training: { localSteps } }) => [
  { label: 'float32' },
  { label: 'float32, twice as often', localSteps: Math.max(1, Math.floor(localSteps / 2)) }
]
