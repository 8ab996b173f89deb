import type { VariantsOf } from '../variant.ts'

/** Mixing after every round; at every step, as the paper does, where the scenario's rounds are of one. */
export const dPsgdVariants: VariantsOf = () => [{ label: 'float32' }]
