import type { Batch } from '../batch.ts'
import type { Model } from '../models/model.ts'
import type { Machine } from './machine.ts'
import type { Matrix } from './matrix.ts'

/** The tensors of a layout, where they lie in memory. */
export interface Tensors {
  /** All sides but the last as rows; of one side, one row. Throws RangeError for a name that is not there. */
  at(name: string): Matrix
}

/** A model's forward and backward pass over one memory, for batches of up to `examples`. */
export interface Program {
  /** [examples places, classes]; `backward` finds its gradient in the same place. */
  readonly logits: Matrix
  /** Computes the logits of all `examples`; those that `x` does not fill are left as they were. */
  forward(x: Batch['x']): void
  /** Fills all gradients, after a `forward` of the same examples. */
  backward(): void
}

export interface ProgramInit {
  /** Plans its matrices; they are there once the program runs. */
  readonly machine: Machine
  readonly model: Model
  readonly examples: number
  readonly parameters: Tensors
  readonly gradients: Tensors
}

/** One for each model; create-program.ts lists them. */
export type CreateProgram = (init: ProgramInit) => Program
