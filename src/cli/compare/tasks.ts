/** The runs of a comparison. */
import { join } from 'node:path'
import type { Task } from '../sweep/run-all.ts'
import { setFlags } from '../sweep/run-sweep.ts'
import type { PlannedCondition } from './conditions.ts'
import { type Entrant, lookedAt } from './entrants.ts'
import type { ComparePlan } from './plan.ts'
import { type Setting, tuningOverrides } from './settings.ts'

export interface CompareTask extends Task {
  /** Relative to the comparison's folder. */
  readonly folder: string
  readonly seed: number
  readonly fingerprint: string
}

export interface TuningTask extends CompareTask {
  readonly setting: Setting
}

export interface ConditionTask extends CompareTask {
  readonly strategy: string
  readonly condition: PlannedCondition
}

const taskOf = (
  plan: ComparePlan,
  place: string,
  name: string,
  seed: number,
  overrides: readonly string[]
): CompareTask => {
  const found = lookedAt(plan.document, overrides)
  // The plan has looked at all of them.
  if ('reason' in found) throw new RangeError(`${name}: ${found.reason}`)
  const folder = join('runs', `${name}-seed${seed}`)
  return {
    folder,
    seed,
    fingerprint: found.fingerprint,
    place: join(place, folder),
    args: [...setFlags([...plan.overrides, ...overrides]), '--seed', String(seed)],
    path: plan.path,
    live: overrides.includes('mode=virtual') ? false : plan.scenario.mode === 'live'
  }
}

/** With the first seed, where there is anything to choose. */
export const tuningTasks = (
  plan: ComparePlan,
  place: string,
  { strategy, settings }: Entrant
): readonly TuningTask[] =>
  settings.length < 2
    ? []
    : settings.map((setting, index) => ({
        setting,
        ...taskOf(plan, place, `tune-${strategy}-${index + 1}`, plan.seeds[0]!, [
          ...setting.overrides,
          ...tuningOverrides(plan.scenario, setting)
        ])
      }))

/** Under every condition, with every seed. */
export const conditionTasks = (
  plan: ComparePlan,
  place: string,
  { strategy, conditions }: Entrant,
  setting: Setting
): readonly ConditionTask[] =>
  conditions.flatMap((condition) =>
    plan.seeds.map((seed) => ({
      strategy,
      condition,
      ...taskOf(plan, place, `${condition.id}-${strategy}`, seed, [
        ...condition.overrides,
        ...setting.overrides
      ])
    }))
  )
