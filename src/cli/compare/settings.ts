/** What is laid over a scenario so that it runs one form of one strategy. */
import { recipeOfScenario, type Scenario } from '../../simulation/scenario.ts'
import { STRATEGIES } from '../../strategy/registry.ts'
import type { Variant } from '../../strategy/variant.ts'

/** A form of a strategy at one learning rate. */
export interface Setting {
  readonly strategy: string
  readonly label: string
  /** Times the scenario's own learning rate. */
  readonly factor: number
  readonly learningRate: number
  readonly localSteps: number
  /** `path=value`, as --set takes them. */
  readonly overrides: readonly string[]
}

const assign = (path: string, value: unknown): string => `${path}=${JSON.stringify(value)}`

/** What the scenario itself asks for is tried, too, where it is one of this strategy. */
const ownVariant = ({ strategy, compression }: Scenario): Variant => {
  const { name: _name, ...options } = strategy
  return { label: 'as in the scenario', options, compression }
}

/** Evaluations lie at the same samples, however long a strategy's rounds are. */
const evaluateEvery = ({ evaluateEvery: rounds, training }: Scenario, localSteps: number): number =>
  Math.max(1, Math.round((rounds * training.localSteps) / localSteps))

const settingOf = (
  scenario: Scenario,
  strategy: string,
  { label, options, compression, topology, localSteps: steps }: Variant,
  factor: number
): Setting => {
  const localSteps = steps ?? scenario.training.localSteps
  const learningRate = scenario.training.learningRate * factor
  return {
    strategy,
    label,
    factor,
    learningRate,
    localSteps,
    overrides: [
      assign('strategy', { ...options, name: strategy }),
      assign('compression', compression ?? { name: 'none' }),
      ...(topology === undefined ? [] : [assign('topology', topology)]),
      assign('training.localSteps', localSteps),
      assign('training.learningRate', learningRate),
      assign('evaluateEvery', evaluateEvery(scenario, localSteps)),
      // Only the strategy that the scenario was written for is known to be able to keep to one.
      ...(strategy === scenario.strategy.name ? [] : [assign('budget', null)]),
      assign('baselines', [])
    ]
  }
}

/** Null tunes no baseline; strategies whose rates were never looked at would not be compared at all. */
const USUAL_TUNING = { factors: [0.5, 1, 2] }

/** Variant by variant, the scenario's own first, each at every rate. */
export const settingsOf = (scenario: Scenario, strategy: string): readonly Setting[] => {
  const usual = STRATEGIES[strategy]!.variants(recipeOfScenario(scenario))
  const own = strategy === scenario.strategy.name ? [ownVariant(scenario)] : []
  const { factors } = scenario.tuning ?? USUAL_TUNING
  return [...own, ...usual].flatMap((variant) =>
    factors.map((factor) => settingOf(scenario, strategy, variant, factor))
  )
}

/** Rows that nobody trains on while settings are chosen, where the scenario keeps none aside. */
const TUNING_SHARE = 0.1

/** Only the last round is looked at, on rows that nobody trains on and that are not the test's. */
export const tuningOverrides = (
  { data, training }: Scenario,
  { localSteps }: Setting
): readonly string[] => [
  'mode=virtual',
  assign('evaluateEvery', Math.max(1, Math.ceil(training.steps / localSteps))),
  ...(data.name === 'none' || data.validation > 0 ? [] : [assign('data.validation', TUNING_SHARE)])
]
