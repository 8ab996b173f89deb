import type { Problem } from '../errors.ts'
import { check } from '../swarm/problems.ts'
import { choice } from '../swarm/spelling.ts'
import { STRATEGIES, strategyNamed } from './registry.ts'

/** A recipe's `strategy` with every default written out: what means the same must hash the same. */
export const withDefaults = <T extends { readonly name: string }>(config: T): T =>
  STRATEGIES[config.name]!.options.parse(config) as T

/** What is wrong with a recipe's `strategy`: an unknown name, or options its schema refuses. */
export const strategyProblems = (config: { readonly name: string }): readonly Problem[] => {
  const entry = strategyNamed(config.name)
  if (entry !== undefined) return check(entry.options, config, ['strategy']).problems
  return [
    {
      path: 'strategy.name',
      rule: `unknown strategy '${config.name.slice(0, 60)}'`,
      remedy: choice(config.name, Object.keys(STRATEGIES))
    }
  ]
}

/** What so many peers cannot have of it, where its schema refuses nothing. */
export const strategyPeersProblems = (
  config: { readonly name: string },
  peers: number
): readonly Problem[] => strategyNamed(config.name)?.problems(config, peers) ?? []
