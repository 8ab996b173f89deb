import type { Manifest } from '../swarm/manifest.ts'
import type { Layout } from '../vector/layout.ts'
import { recipeOfScenario, type Scenario } from './scenario.ts'

/** The manifest that the peers of a scenario's swarm share: one shard of the data for each peer. */
export const manifestOf = (scenario: Scenario, layout: Layout): Manifest => ({
  name: scenario.name,
  shards: scenario.peers,
  layout: layout.hash,
  ...recipeOfScenario(scenario)
})
