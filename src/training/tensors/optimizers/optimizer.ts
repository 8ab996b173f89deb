import * as tf from '@tensorflow/tfjs-core'
import type { Guarded } from '../guard.ts'
import type { State, Moved as Step, Update } from '../update.ts'

export interface Move extends Guarded {
  readonly x: tf.Tensor1D // [parameters]
  readonly state: State
  readonly rate: number
}

export type Moved = Omit<Step, 'entry'>

/** An optimiser (../../optimizer.ts) on the device: functions of tensors, to be called inside `tf.tidy`. */
export interface TensorOptimizer extends Pick<Update, 'pack' | 'unpack'> {
  start(): State
  /** Where the step is not taken, x and state keep every bit. */
  step(move: Move): Moved
}

/** `factor` where the step is taken, 1 where it is not. */
export const unlessLeftOut = (factor: number, taken: tf.Scalar): tf.Tensor =>
  tf.sub(1, tf.mul(1 - factor, taken))

/** Moves a mean of factor `beta` by what a step adds; nothing where it is left out. */
export const mean = (old: tf.Tensor, beta: number, added: tf.Tensor, taken: tf.Scalar): tf.Tensor =>
  tf.add(tf.mul(old, unlessLeftOut(beta, taken)), tf.mul(added, tf.mul(1 - beta, taken)))
