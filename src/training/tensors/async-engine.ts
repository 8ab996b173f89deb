import type { ClipConfig, OptimizerConfig } from '../../swarm/recipe.ts'
import type { Layout } from '../../vector/layout.ts'
import type { Saved } from '../../vector/saved.ts'
import type { Vector } from '../../vector/vector.ts'
import type { Batch } from '../batch.ts'
import type { DescentReport, Step } from '../engine.ts'

/** A descender (engine.ts) that computes elsewhere; its state lies there too. */
export interface AsyncDescender {
  /**
   * Takes the steps in their order, in place. One upload of the replica and one read-back, however
   * many steps: a GPU's queue runs full in between. Each step is taken from the iterator no earlier
   * than its turn, which is how the caller sees that work goes on.
   */
  descend(replica: Vector, steps: Iterable<Step>, correction: Vector | null): Promise<DescentReport>
  /** One step along a gradient from elsewhere; false where it is not finite and was left out. */
  follow(replica: Vector, gradient: Vector, rate: number): Promise<boolean>
  /** A copy of the optimiser's state. */
  save(): Promise<Saved>
  /** Goes on from one. Rejects with RangeError for what something else has saved. */
  restore(saved: Saved): Promise<void>
  /** Frees the optimiser's state. */
  dispose(): void
}

/**
 * An engine (engine.ts) whose results come later. One call at a time. Vectors that are passed in are
 * the caller's again when the promise has settled, a batch as soon as the next is asked for; nothing
 * keeps a view of them. Vectors that are returned are the caller's own, too.
 */
export interface AsyncEngine {
  readonly backend: string
  readonly layout: Layout
  /** Mean softmax cross-entropy over the labels of a batch; its gradient goes into `into`. */
  gradient(replica: Vector, batch: Batch, into: Vector): Promise<number>
  /** Logits of each batch, [examples places, classes]; taken from the iterator one by one. */
  logits(replica: Vector, batches: Iterable<Batch>): Promise<readonly Vector[]>
  descender(optimizer: OptimizerConfig, clip: ClipConfig): AsyncDescender
  dispose(): void
}
