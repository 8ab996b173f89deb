import { dPsgd } from './d-psgd/index.ts'
import { deltaSet } from './delta-set/index.ts'
import { diloco } from './diloco/index.ts'
import type { StrategyEntry } from './entry.ts'
import { federatedAveraging } from './federated-averaging/index.ts'
import { gossipAveraging } from './gossip-averaging/index.ts'
import { parameterServer } from './parameter-server/index.ts'
import { ringAllReduce } from './ring-all-reduce/index.ts'
import { sgp } from './sgp/index.ts'

/** The closed registry: a manifest names a strategy, it never brings one. */
export const STRATEGIES: Readonly<Record<string, StrategyEntry>> = {
  'd-psgd': dPsgd,
  'delta-set': deltaSet,
  diloco,
  'federated-averaging': federatedAveraging,
  'gossip-averaging': gossipAveraging,
  'parameter-server': parameterServer,
  'ring-all-reduce': ringAllReduce,
  sgp
}

/** Of a name from outside; undefined: there is no such strategy. */
export const strategyNamed = (name: string): StrategyEntry | undefined =>
  Object.hasOwn(STRATEGIES, name) ? STRATEGIES[name] : undefined

/** Names of the strategies of which something is so. */
export const strategiesWith = (fact: 'budget' | 'staleRate'): readonly string[] =>
  Object.keys(STRATEGIES).filter((name) => STRATEGIES[name]![fact])
