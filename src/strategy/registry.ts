import type { z } from 'zod'
import type { Problem } from '../errors.ts'
import type { Recipe } from '../swarm/recipe.ts'
import type { Layout } from '../vector/layout.ts'
import type { SwarmContext } from './context.ts'
import { createDPsgd } from './d-psgd/index.ts'
import { dPsgdOptionsSchema } from './d-psgd/options.ts'
import { dPsgdVariants } from './d-psgd/variants.ts'
import { createDeltaSet } from './delta-set/index.ts'
import { deltaOptionsSchema } from './delta-set/options.ts'
import { deltaVariants } from './delta-set/variants.ts'
import { createDiloco } from './diloco/index.ts'
import { dilocoOptionsSchema } from './diloco/options.ts'
import { dilocoVariants } from './diloco/variants.ts'
import { createFederatedAveraging } from './federated-averaging/index.ts'
import { federatedOptionsSchema, federatedProblems } from './federated-averaging/options.ts'
import { federatedVariants } from './federated-averaging/variants.ts'
import { createGossipAveraging } from './gossip-averaging/index.ts'
import { gossipOptionsSchema } from './gossip-averaging/options.ts'
import { gossipVariants } from './gossip-averaging/variants.ts'
import { createParameterServer } from './parameter-server/index.ts'
import { placeProblems, serverOptionsSchema } from './parameter-server/options.ts'
import { serverVariants } from './parameter-server/variants.ts'
import { createRingAllReduce } from './ring-all-reduce/index.ts'
import { memberProblems, ringOptionsSchema } from './ring-all-reduce/options.ts'
import { ringVariants } from './ring-all-reduce/variants.ts'
import { createSgp } from './sgp/index.ts'
import { sgpOptionsSchema } from './sgp/options.ts'
import { sgpVariants } from './sgp/variants.ts'
import type { Kinds, Strategy } from './strategy.ts'
import type { VariantsOf } from './variant.ts'

/** A strategy by name: the schema of its options (its `name` among them) and its constructor. */
export interface StrategyEntry {
  readonly options: z.ZodType
  /** What is wrong with options, as far as the schema lets them pass, in a swarm that is planned for so many peers. */
  readonly problems?: (options: unknown, peers: number) => readonly Problem[]
  /** What `swarmgrad compare` tries. */
  readonly variants: VariantsOf
  create(recipe: Recipe, layout: Layout, context: SwarmContext): Strategy<Kinds>
}

const entry = <K extends Kinds>(
  options: z.ZodType,
  create: (recipe: Recipe, layout: Layout, context: SwarmContext) => Strategy<K>,
  variants: VariantsOf
): StrategyEntry => ({
  options,
  variants,
  // Each half is only ever given what the other half of the same strategy, or its codec, has made.
  create: create as unknown as StrategyEntry['create']
})

/** The closed registry: a manifest names a strategy, it never brings one. */
export const STRATEGIES: Readonly<Record<string, StrategyEntry>> = {
  'd-psgd': entry(dPsgdOptionsSchema, createDPsgd, dPsgdVariants),
  'delta-set': entry(deltaOptionsSchema, createDeltaSet, deltaVariants),
  diloco: entry(dilocoOptionsSchema, createDiloco, dilocoVariants),
  'federated-averaging': {
    ...entry(federatedOptionsSchema, createFederatedAveraging, federatedVariants),
    problems: federatedProblems
  },
  'gossip-averaging': entry(gossipOptionsSchema, createGossipAveraging, gossipVariants),
  'parameter-server': {
    ...entry(serverOptionsSchema, createParameterServer, serverVariants),
    problems: placeProblems
  },
  'ring-all-reduce': {
    ...entry(ringOptionsSchema, createRingAllReduce, ringVariants),
    problems: memberProblems
  },
  sgp: entry(sgpOptionsSchema, createSgp, sgpVariants)
}
