/** Which strategies can run a scenario, and with which settings. */
import { describeProblem, InvalidInputError } from '../../errors.ts'
import type { LeftOut } from '../../report/strategies/comparison.ts'
import { parseScenario, type Scenario } from '../../simulation/scenario.ts'
import { overridden } from '../scenario-file.ts'
import { fingerprint } from '../sweep/canonical.ts'
import type { PlannedCondition } from './conditions.ts'
import { type Setting, settingsOf, tuningOverrides } from './settings.ts'

/** A strategy that can run the scenario as it is. */
export interface Entrant {
  readonly strategy: string
  /** All that can be tried; the scenario's own, or the usual one, first. */
  readonly settings: readonly Setting[]
  /** Those that it can run under. */
  readonly conditions: readonly PlannedCondition[]
}

/** The scenario that overrides make of a document; what is wrong with it, in one sentence. */
export const lookedAt = (
  document: unknown,
  overrides: readonly string[]
): { readonly fingerprint: string } | { readonly reason: string } => {
  try {
    const changed = overridden(document, overrides)
    if (changed.problems.length > 0) throw new InvalidInputError(changed.problems)
    return { fingerprint: fingerprint(parseScenario(changed.document)) }
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    return { reason: error.problems.map(describeProblem).join('; ') }
  }
}

interface Wanted {
  readonly document: unknown
  readonly scenario: Scenario
  readonly strategies: readonly string[]
  readonly conditions: readonly PlannedCondition[]
}

/** Why settings cannot be run, as they are or as they are tried; empty where they can. */
const refusalOf = ({ document, scenario }: Wanted, setting: Setting): string => {
  const { overrides } = setting
  const tried = [...overrides, ...tuningOverrides(scenario, setting)]
  const found = [lookedAt(document, overrides), lookedAt(document, tried)]
  return found.flatMap((one) => ('reason' in one ? [one.reason] : []))[0] ?? ''
}

/** Without those that are refused, and without those that mean the same as an earlier one. */
const usable = (
  wanted: Wanted,
  settings: readonly Setting[]
): { readonly settings: readonly Setting[]; readonly reason: string } => {
  const good = new Map<string, Setting>()
  const reasons: string[] = []
  for (const setting of settings) {
    const reason = refusalOf(wanted, setting)
    const found = lookedAt(wanted.document, setting.overrides)
    if (reason !== '' || 'reason' in found) reasons.push(reason)
    else {
      const earlier = good.get(found.fingerprint) ?? setting
      // The scenario's own has its place, and a usual one the name that says what it is.
      good.set(found.fingerprint, { ...earlier, label: setting.label })
    }
  }
  return { settings: [...good.values()], reason: reasons[0] ?? '' }
}

export const entrantsOf = (
  wanted: Wanted
): { readonly entrants: readonly Entrant[]; readonly leftOut: readonly LeftOut[] } => {
  const { document, scenario } = wanted
  const entrants: Entrant[] = []
  const leftOut: LeftOut[] = []
  for (const strategy of wanted.strategies) {
    const { settings, reason } = usable(wanted, settingsOf(scenario, strategy))
    if (settings.length === 0) {
      leftOut.push({ strategy, condition: null, reason })
      continue
    }
    const conditions = wanted.conditions.filter(({ overrides, text }) => {
      // Whichever is chosen has to be able to.
      const refused = settings
        .map((setting) => lookedAt(document, [...overrides, ...setting.overrides]))
        .find((found) => 'reason' in found)
      if (refused === undefined) return true
      leftOut.push({ strategy, condition: text, reason: refused.reason })
      return false
    })
    entrants.push({ strategy, settings, conditions })
  }
  return { entrants, leftOut }
}
