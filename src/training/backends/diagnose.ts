import { type ModelConfig, modelSchema } from '../../swarm/recipe.ts'
import type { Candidate, Verdict } from './candidate.ts'
import { CANDIDATES } from './candidates.ts'
import { findHardware, type Hardware } from './hardware.ts'
import { passedOver } from './passed-over.ts'
import { remedyOf } from './select.ts'
import { type System, thisSystem } from './system.ts'

type ModelName = ModelConfig['name']

/** What became of one candidate. */
export interface Finding {
  readonly candidate: Candidate
  readonly verdict: Verdict
  /** Models that `auto` computes with it. */
  readonly models: readonly ModelName[]
}

export interface Diagnosis {
  readonly hardware: Hardware
  /** In the order of `auto`. */
  readonly findings: readonly Finding[]
  /** As `Selection` has it. */
  readonly remedy: string | null
}

/** No backend computes these. */
const SYNTHETIC: readonly string[] = ['quadratic', 'averaging', 'custom']

const MODELS: readonly ModelName[] = modelSchema.options
  .map(({ shape }): ModelName => shape.name.value)
  .filter((name) => !SYNTHETIC.includes(name))

/** Tries every candidate, also those that no model would be computed with. */
export const diagnose = async (
  candidates: readonly Candidate[] = CANDIDATES,
  system: System = thisSystem
): Promise<Diagnosis> => {
  const hardware = await findHardware(system)
  const tried: Array<{ readonly candidate: Candidate; readonly verdict: Verdict }> = []
  for (const candidate of candidates) tried.push({ candidate, verdict: await candidate.test() })

  const takerOf = (model: ModelName): Candidate | undefined =>
    tried.find(
      ({ candidate, verdict }) =>
        verdict.passed && candidate.serves(model) && passedOver(candidate, verdict, model) === null
    )?.candidate
  const takers = new Map(MODELS.map((model) => [model, takerOf(model)]))
  const findings = tried.map(({ candidate, verdict }) => ({
    candidate,
    verdict,
    models: MODELS.filter((model) => takers.get(model) === candidate)
  }))

  const first = findings.findIndex(({ models }) => models.length > 0)
  const refused = findings
    .slice(0, first < 0 ? findings.length : first)
    .flatMap(({ candidate, verdict }) => (verdict.passed ? [] : [{ candidate, verdict }]))
  return { hardware, findings, remedy: remedyOf(refused, hardware) }
}
