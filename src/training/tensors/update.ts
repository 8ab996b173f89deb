import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import type { ClipConfig, OptimizerConfig } from '../../swarm/recipe.ts'
import type { Layout } from '../../vector/layout.ts'
import type { Saved } from '../../vector/saved.ts'
import type { Vector } from '../../vector/vector.ts'
import type { FlatGradient } from './flat-gradient.ts'
import { currentHeap } from './heap/current.ts'
import { heapUpdate } from './heap/update.ts'
import { tensorUpdate } from './tensor-update.ts'

/** What an optimiser knows between two steps. */
export type State = readonly Tensor[]

export interface Situation extends FlatGradient {
  readonly x: Tensor1D // [parameters]
  readonly state: State
  /** Added to the gradient, behind clipping. */
  readonly correction: Tensor1D | null
  readonly rate: number
}

export interface Moved {
  readonly x: Tensor1D
  readonly state: State
  /** Of the step log. */
  readonly entry: Tensor1D
}

/** Clipping, correction and optimiser of one replica. All but `pack` are called inside `tf.tidy`. */
export interface Update {
  /** The state before the first step. */
  start(): State
  /**
   * New tensors, or the old ones moved in place. Where loss or gradient is not finite, x and state
   * keep every bit.
   */
  step(situation: Situation): Moved
  /** `values`: copies of the state's, in its order. */
  pack(values: readonly Vector[]): Saved
  /** New tensors. @throws RangeError for what something else has packed */
  unpack(saved: Saved): State
}

/** On the backend that is open. */
export const createUpdate = (
  optimizer: OptimizerConfig,
  layout: Layout,
  clip: ClipConfig
): Update => {
  const heap = currentHeap()
  return heap === null
    ? tensorUpdate(optimizer, layout, clip)
    : heapUpdate(heap, optimizer, layout, clip)
}
