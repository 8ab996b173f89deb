import { savedData, streamSchema } from '../strategy/saved-data.ts'
import type { Gradients } from '../strategy/strategy.ts'
import type { TrainingConfig } from '../swarm/recipe.ts'
import { learningRateAt } from '../swarm/schedule.ts'
import type { Layout } from '../vector/layout.ts'
import type { GradientSource } from './descent.ts'
import { createFollow } from './follow.ts'

/**
 * The optimiser is the one on plain vectors, whatever the engine: JavaScript's arithmetic gives the same
 * bits on every machine, and peers with other engines are to end with the same replica.
 */
export const createGradients = (
  source: GradientSource,
  training: TrainingConfig,
  layout: Layout
): Gradients => {
  const optimizer = createFollow(training, layout)
  return {
    rows: () => source.samples,
    gradient: (replica, into) => source.gradient(replica, into),
    follow: (replica, gradient, at) =>
      optimizer.step(replica, gradient, learningRateAt(training, at), null),
    optimizer,
    draws: {
      save: () => ({ vectors: {}, data: source.streams.map((stream) => stream.save()) }),
      restore: ({ data }) => {
        const states = savedData(streamSchema.array(), data)
        if (states.length !== source.streams.length) {
          throw new RangeError(
            `${states.length} random streams were saved, not ${source.streams.length}`
          )
        }
        for (const [i, stream] of source.streams.entries()) stream.restore(states[i]!)
      }
    }
  }
}
