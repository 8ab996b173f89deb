import type { z } from 'zod'
import type { Problem } from '../errors.ts'
import type { Recipe } from '../swarm/recipe.ts'
import type { Layout } from '../vector/layout.ts'
import type { SwarmContext } from './context.ts'
import { createDPsgd } from './d-psgd/index.ts'
import { dPsgdOptionsSchema } from './d-psgd/options.ts'
import { createDeltaSet } from './delta-set/index.ts'
import { deltaOptionsSchema } from './delta-set/options.ts'
import { createDiloco } from './diloco/index.ts'
import { dilocoOptionsSchema } from './diloco/options.ts'
import { createFederatedAveraging } from './federated-averaging/index.ts'
import { federatedOptionsSchema, federatedProblems } from './federated-averaging/options.ts'
import { createGossipAveraging } from './gossip-averaging/index.ts'
import { gossipOptionsSchema } from './gossip-averaging/options.ts'
import { createParameterServer } from './parameter-server/index.ts'
import { placeProblems, serverOptionsSchema } from './parameter-server/options.ts'
import { createRingAllReduce } from './ring-all-reduce/index.ts'
import { memberProblems, ringOptionsSchema } from './ring-all-reduce/options.ts'
import { createSgp } from './sgp/index.ts'
import { sgpOptionsSchema } from './sgp/options.ts'
import type { Kinds, Strategy } from './strategy.ts'

/** A strategy by name: the schema of its options (its `name` among them) and its constructor. */
export interface StrategyEntry {
  readonly options: z.ZodType
  /** What is wrong with options, as far as the schema lets them pass, in a swarm that is planned for so many peers. */
  readonly problems?: (options: unknown, peers: number) => readonly Problem[]
  create(recipe: Recipe, layout: Layout, context: SwarmContext): Strategy<Kinds>
}

const entry = <K extends Kinds>(
  options: z.ZodType,
  create: (recipe: Recipe, layout: Layout, context: SwarmContext) => Strategy<K>
): StrategyEntry => ({
  options,
  // Each half is only ever given what the other half of the same strategy, or its codec, has made.
  create: create as unknown as StrategyEntry['create']
})

/** The closed registry: a manifest names a strategy, it never brings one. */
export const STRATEGIES: Readonly<Record<string, StrategyEntry>> = {
  'd-psgd': entry(dPsgdOptionsSchema, createDPsgd),
  'delta-set': entry(deltaOptionsSchema, createDeltaSet),
  diloco: entry(dilocoOptionsSchema, createDiloco),
  'federated-averaging': {
    ...entry(federatedOptionsSchema, createFederatedAveraging),
    problems: federatedProblems
  },
  'gossip-averaging': entry(gossipOptionsSchema, createGossipAveraging),
  'parameter-server': {
    ...entry(serverOptionsSchema, createParameterServer),
    problems: placeProblems
  },
  'ring-all-reduce': {
    ...entry(ringOptionsSchema, createRingAllReduce),
    problems: memberProblems
  },
  sgp: entry(sgpOptionsSchema, createSgp)
}
