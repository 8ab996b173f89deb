import { roundsOf, type TrainingConfig } from '../swarm/recipe.ts'

/** How the local steps of a run are cut into rounds. */
export interface Rounds {
  /** In all; after the last one the peer leaves. */
  readonly rounds: number
  /** Local steps of a given round; the last one may have fewer. */
  readonly stepsOf: (round: number) => number
  /** Number of the first of these steps in the whole schedule. */
  readonly firstStepOf: (round: number) => number
}

export const roundsIn = (training: TrainingConfig): Rounds => {
  const { localSteps, steps } = training
  return {
    rounds: roundsOf(training),
    stepsOf: (round) => Math.min(localSteps, steps - round * localSteps),
    firstStepOf: (round) => round * localSteps
  }
}
