import type { Trouble } from '../training/meter.ts'

/** Of all together. */
export const troubleOf = (all: readonly Trouble[]): Trouble => ({
  skippedSteps: all.reduce((sum, { skippedSteps }) => sum + skippedSteps, 0),
  divergedRounds: all.reduce((sum, { divergedRounds }) => sum + divergedRounds, 0)
})
