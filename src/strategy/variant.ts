/** A form of a strategy that `swarmgrad compare` tries on a scenario: docs/comparing.md. */
import type { CompressionConfig, Recipe, TopologyConfig } from '../swarm/recipe.ts'

export interface Variant {
  /** What tells it from the others of its strategy. */
  readonly label: string
  /** Beside the strategy's name; what is left out has the strategy's own default. */
  readonly options?: Readonly<Record<string, unknown>>
  /** @default none */
  readonly compression?: CompressionConfig
  /** @default the scenario's */
  readonly topology?: TopologyConfig
  /** @default the scenario's */
  readonly localSteps?: number
}

/** The forms worth trying on a recipe, the usual one first; few, as each is trained at several rates. */
export type VariantsOf = (recipe: Recipe) => readonly Variant[]
