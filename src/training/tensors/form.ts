import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import type { Layout } from '../../vector/layout.ts'

/**
 * A model as tfjs operations, on whatever backend is open: parameters in the layout's order and the
 * examples x in, logits out. Call it inside `tf.tidy`; tfjs differentiates it automatically.
 */
export type Form = (
  parameters: readonly Tensor[],
  x: Tensor2D // [examples, features]; of text int32, [examples, places]
) => Tensor2D // [examples places, classes]

/** A form, and the parameters that it takes. */
export interface OpenForm {
  readonly layout: Layout
  readonly form: Form
}
