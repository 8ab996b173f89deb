import type { z } from 'zod'
import type { Recipe } from '../swarm/recipe.ts'
import type { Layout } from '../vector/layout.ts'
import type { SwarmContext } from './context.ts'
import type { StrategyFacts } from './facts.ts'
import type { Kinds, Strategy } from './strategy.ts'
import type { VariantsOf } from './variant.ts'

/** All that is known of a strategy: the registry's value for its name. */
export interface StrategyEntry extends StrategyFacts {
  /** Its `name` among them. */
  readonly options: z.ZodType
  /** What `swarmgrad compare` tries. */
  readonly variants: VariantsOf
  create(recipe: Recipe, layout: Layout, context: SwarmContext): Strategy<Kinds>
}

interface EntryInit<K extends Kinds> extends Pick<StrategyEntry, 'options' | 'variants'> {
  readonly facts: StrategyFacts
  readonly create: (recipe: Recipe, layout: Layout, context: SwarmContext) => Strategy<K>
}

export const strategyEntry = <K extends Kinds>({
  facts,
  options,
  variants,
  create
}: EntryInit<K>): StrategyEntry => ({
  ...facts,
  options,
  variants,
  // Each half is only ever given what the other half of the same strategy, or its codec, has made.
  create: create as unknown as StrategyEntry['create']
})
