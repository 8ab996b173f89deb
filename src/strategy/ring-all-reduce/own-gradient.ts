/** This peer's part of a step: its gradient, times the examples that it is the mean over. */
import { addScaled, norm, scale, scaledDifference, type Vector } from '../../vector/vector.ts'
import type { Gradients, Keepable, Trainer, TrainingReport } from '../strategy.ts'

/** What the compute half needs of a trainer, whichever kind it is. */
export interface Source {
  /** `batches` of the step; its trainers take `mean`, and its number in the schedule is `at`. */
  part(replica: Vector, batches: number, mean: number, at: number): TrainingReport
  /** One step along the mean. */
  follow(replica: Vector, mean: Vector, at: number): void
  /** What a joiner takes over. */
  readonly shared: Keepable
  /** What is this peer's alone. */
  readonly own: Keepable
}

const NOTHING: TrainingReport = { loss: null, samples: 0 }

/** Sums the gradients of batches; one that is not finite is left out. */
export const gradientSource = (gradients: Gradients, into: Vector, scratch: Vector): Source => ({
  shared: gradients.optimizer,
  own: gradients.draws,
  follow: (replica, mean, at) => void gradients.follow(replica, mean, at),
  part: (replica, batches) => {
    const rows = gradients.rows()
    let samples = 0
    let loss = 0
    for (let batch = 0; batch < batches && rows > 0; batch++) {
      const target = samples === 0 ? into : scratch
      const one = gradients.gradient(replica, target)
      if (!Number.isFinite(one) || !Number.isFinite(norm(target))) continue
      if (samples === 0) scale(rows, into)
      else addScaled(rows, scratch, into)
      samples += rows
      loss += one * rows
    }
    if (samples > 0) return { loss: loss / samples, samples }
    into.fill(0)
    return NOTHING
  }
})

/**
 * Of a trainer that takes steps and tells no gradients: how far its steps move the replica. With plain
 * gradient descent and one step that is the gradient times the rate; otherwise it is averaging of short
 * local runs, and each peer's optimiser is its own.
 */
export const movementSource = (trainer: Trainer, into: Vector): Source => ({
  shared: { save: () => ({ vectors: {}, data: null }), restore: () => {} },
  own: trainer,
  follow: (replica, mean) => addScaled(-1, mean, replica),
  part: (replica, batches, mean, at) => {
    into.set(replica)
    const report = batches === 0 ? NOTHING : trainer.train(into, mean, at)
    const { samples } = report
    if (samples === 0) {
      into.fill(0)
      return NOTHING
    }
    scaledDifference(samples, replica, into)
    return report
  }
})
