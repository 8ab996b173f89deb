import type { z } from 'zod'
import type { Recipe } from '../swarm/recipe.ts'
import type { Layout } from '../vector/layout.ts'
import { createGossipAveraging } from './gossip-averaging/index.ts'
import { gossipOptionsSchema } from './gossip-averaging/options.ts'
import type { Kinds, Strategy } from './strategy.ts'

/** A strategy by name: the schema of its options (its `name` among them) and its constructor. */
export interface StrategyEntry {
  readonly options: z.ZodType
  /** `diagnostics`: keep what mean drift is measured from. */
  create(recipe: Recipe, layout: Layout, diagnostics: boolean): Strategy<Kinds>
}

const entry = <K extends Kinds>(
  options: z.ZodType,
  create: (recipe: Recipe, layout: Layout, diagnostics: boolean) => Strategy<K>
): StrategyEntry => ({
  options,
  // Each half is only ever given what the other half of the same strategy, or its codec, has made.
  create: create as unknown as StrategyEntry['create']
})

/** The closed registry: a manifest names a strategy, it never brings one. */
export const STRATEGIES: Readonly<Record<string, StrategyEntry>> = {
  'gossip-averaging': entry(gossipOptionsSchema, createGossipAveraging)
}
