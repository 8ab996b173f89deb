import type { ClipConfig, OptimizerConfig } from '../swarm/recipe.ts'
import type { Layout } from '../vector/layout.ts'
import type { Vector } from '../vector/vector.ts'
import type { Batch } from './batch.ts'
import type { Resumable } from './resumable.ts'

/** What one step of an optimiser takes. */
export interface Step {
  readonly batch: Batch
  readonly rate: number
}

export interface DescentReport {
  /** Sum of the steps' losses. */
  readonly loss: number
  /** Steps whose loss or gradient was not finite, and which were left out. */
  readonly skipped: number
}

/** An optimiser with the state of one replica, where the engine computes. */
export interface Descender extends Resumable {
  /**
   * Takes the steps in their order, in place. `correction` is added to every gradient. Where the last
   * of them is left out, or leads to a replica that is not finite, the steps before it may have led
   * there: all count as skipped, the replica stays as it was, and the optimiser forgets.
   */
  descend(replica: Vector, steps: Iterable<Step>, correction: Vector | null): DescentReport
  /**
   * One step along a gradient from elsewhere, clipped as any: a descent of one step. False where it is
   * not finite and was left out.
   */
  follow(replica: Vector, gradient: Vector, rate: number): boolean
}

/**
 * One model on one backend: flat vectors in and out, copied once each way, whatever the backend keeps
 * where. It computes on the calling thread, or the calling thread waits for it.
 */
export interface Engine {
  readonly backend: string
  readonly layout: Layout
  /** Examples of the largest batch that it takes; gradients are of batches as large as it was opened for. */
  readonly capacity: number
  /** Mean softmax cross-entropy over the labels of a batch; its gradient goes into `into`. */
  gradient(replica: Vector, batch: Batch, into: Vector): number
  /** Shows the logits of each batch in turn, [examples places, classes]; they are good during the visit only. */
  logits(
    replica: Vector,
    batches: Iterable<Batch>,
    visit: (logits: Vector, batch: Batch) => void
  ): void
  descender(optimizer: OptimizerConfig, clip: ClipConfig): Descender
  dispose(): void
}
