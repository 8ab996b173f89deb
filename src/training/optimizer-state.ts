import { z } from 'zod'
import { savedData } from '../strategy/saved-data.ts'
import type { OptimizerConfig } from '../swarm/recipe.ts'
import type { Saved } from '../vector/saved.ts'
import { checkNames, savedFloats } from '../vector/saved-parts.ts'
import type { Vector } from '../vector/vector.ts'

/** What an optimiser knows between two steps, wherever it computes. */
export interface OptimizerState {
  /** In the order of `momentNames`. // each [parameters] */
  readonly moments: readonly Vector[]
  /** Steps so far, where a bias correction needs to know. */
  readonly steps: number
  /** 1 - beta^steps of both moments, where they are kept in float32 instead of the steps. */
  readonly shares: readonly [number, number] | null
}

const momentNames = (config: OptimizerConfig): readonly string[] => {
  switch (config.name) {
    case 'sgd':
      return config.momentum === 0 ? [] : ['velocity']
    case 'adam':
      return ['m', 'v']
    case 'rmsprop':
    case 'adagrad':
      return ['v']
    case 'lion':
      return ['m']
  }
}

const dataSchema = z.strictObject({
  name: z.enum(['sgd', 'adam', 'rmsprop', 'adagrad', 'lion']),
  steps: z.int().min(0),
  shares: z.tuple([z.number(), z.number()]).readonly().nullable()
})

/** Takes the moments over, as they are: they must be copies. */
export const packState = (config: OptimizerConfig, state: OptimizerState): Saved => {
  const { moments, steps, shares } = state
  const vectors = Object.fromEntries(momentNames(config).map((name, i) => [name, moments[i]!]))
  return { vectors, data: { name: config.name, steps, shares } }
}

/** Gives what was saved itself, no copies. @throws RangeError for what another optimiser or model has saved */
export const unpackState = (
  config: OptimizerConfig,
  parameters: number,
  saved: Saved
): OptimizerState => {
  const { name, steps, shares } = savedData(dataSchema, saved.data)
  if (name !== config.name)
    throw new RangeError(`an optimiser ${name} was saved, not ${config.name}`)
  const names = momentNames(config)
  checkNames(saved, names)
  return { moments: names.map((key) => savedFloats(saved, key, parameters)), steps, shares }
}
