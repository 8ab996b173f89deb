import type { Random } from '../../random.ts'
import type { ModelConfig } from '../../swarm/recipe.ts'
import type { Layout } from '../../vector/layout.ts'
import type { Vector } from '../../vector/vector.ts'

/** Models that learn from examples. */
export type TrainedConfig = Exclude<ModelConfig, { name: 'quadratic' | 'averaging' | 'custom' }>

/** Those whose parameters are known from their names and settings alone. */
export type BuiltInConfig = Exclude<TrainedConfig, { name: 'layers' }>

/** What the data fixes about a model. */
export interface ModelSides {
  /** Elements of one example: of a row its columns or pixels, of a text the characters in sight. */
  readonly features: number
  /** The same as an image: [height, width, channels]; their product is `features`. */
  readonly shape: readonly [number, number, number]
  /** Labels of one example: 1 of a row, one for each character in sight of a text. */
  readonly places: number
  /** Or characters that a text is made of. */
  readonly classes: number
}

/** What is trained: parameters, their names and shapes, and how they begin. Knows no backend. */
export interface Model extends ModelSides {
  readonly config: TrainedConfig
  readonly layout: Layout
  /** Fresh parameters; the same on every machine for the same stream. */
  initial(random: Random): Vector
}

/** Of rows: images, or columns where `shape` is [1, 1, columns]. */
export const rowSides = (shape: ModelSides['shape'], classes: number): ModelSides => ({
  features: shape[0] * shape[1] * shape[2],
  shape,
  places: 1,
  classes
})

/** Of a text whose next characters are predicted from up to `context` before them. */
export const textSides = (context: number, vocabulary: number): ModelSides => ({
  features: context,
  shape: [1, 1, context],
  places: context,
  classes: vocabulary
})
