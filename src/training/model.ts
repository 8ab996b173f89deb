import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import type { Random } from '../random.ts'
import type { Layout } from '../vector/layout.ts'
import type { Vector } from '../vector/vector.ts'

/** What the data fixes about a model. */
export interface ModelSides {
  /** Elements of one row. */
  readonly features: number
  /** The same row as an image: [height, width, channels]; their product is `features`. */
  readonly shape: readonly [number, number, number]
  readonly classes: number
}

/** An architecture: parameters in, logits out. One file each; create-model.ts lists them. */
export interface Model extends ModelSides {
  readonly layout: Layout
  /** Fresh parameters; the same on every machine for the same stream. */
  initial(random: Random): Vector
  /** `parameters` in the layout's order; x // [batch, features]. Call it inside `tf.tidy`. */
  logits(parameters: readonly Tensor[], x: Tensor2D): Tensor2D
  /**
   * Gradients of the parameters, in the layout's order, where a pass written by hand beats
   * differentiating `logits` automatically. `dLogitsOf` turns logits into d loss / d logits.
   */
  gradients?(
    parameters: readonly Tensor[],
    x: Tensor2D,
    dLogitsOf: (logits: Tensor2D) => Tensor2D
  ): readonly Tensor[]
}
