import type { OptimizerConfig } from './recipe.ts'

/** Vectors as long as the replica that the optimiser keeps. */
export const momentsOf = (optimizer: OptimizerConfig): number => {
  if (optimizer.name === 'adam') return 2
  return optimizer.name === 'sgd' && optimizer.momentum === 0 ? 0 : 1
}
