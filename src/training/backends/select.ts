import { InvalidInputError } from '../../errors.ts'
import type { ModelConfig } from '../../swarm/recipe.ts'
import type { BackendChoice, Candidate, Failed, Passed, Verdict } from './candidate.ts'
import { CANDIDATES } from './candidates.ts'
import { findHardware, type Hardware } from './hardware.ts'
import { passedOver } from './passed-over.ts'
import { thisSystem } from './system.ts'

/** A candidate that has passed its smoke test. */
export interface Taken {
  readonly candidate: Candidate
  readonly verdict: Passed
}

export interface Skipped {
  readonly candidate: Candidate
  readonly reason: string
}

export interface Selection {
  readonly taken: Taken
  /** All others that serve the model, in the order of `auto`. */
  readonly skipped: readonly Skipped[]
  /** The one command that would bring a faster one to this machine; null where none would. */
  readonly remedy: string | null
}

export interface SelectionInit {
  readonly choice: BackendChoice
  readonly model: ModelConfig['name']
  /** @default CANDIDATES */
  readonly candidates?: readonly Candidate[]
  /** Asked only where a remedy may depend on it. */
  readonly hardware?: () => Promise<Hardware>
}

interface Refused {
  readonly candidate: Candidate
  readonly verdict: Failed
}

/** Of what would have come first and would be worth its installation. */
export const remedyOf = (refused: readonly Refused[], hardware: Hardware): string | null =>
  refused
    .filter(({ candidate }) => candidate.promises(hardware))
    .map(({ verdict }) => verdict.remedy)
    .find((remedy) => remedy !== null) ?? null

/** Where none would be worth it, the last one's is nearest to what was chosen: TensorFlow without CUDA. */
const refuse = (choice: BackendChoice, refused: readonly Refused[], hardware: Hardware): never => {
  const reasons = refused.map(({ candidate, verdict }) => `${candidate.through}: ${verdict.reason}`)
  const remedies = refused.flatMap(({ verdict }) => verdict.remedy ?? [])
  const remedy = remedyOf(refused, hardware) ?? remedies.at(-1)
  const other = choice === 'auto' ? 'see swarmgrad doctor' : 'take the backend auto'
  throw new InvalidInputError([
    {
      path: 'backend',
      rule: `${choice} cannot be used here; ${reasons.join('; ')}`,
      remedy: remedy === undefined ? other : `${remedy}, or ${other}`
    }
  ])
}

/** Its smoke test, and whether `auto` has something better for this model. */
const judge = async (
  candidate: Candidate,
  choice: BackendChoice,
  model: ModelConfig['name']
): Promise<Verdict> => {
  const verdict = await candidate.test()
  if (!verdict.passed || choice !== 'auto') return verdict
  const reason = passedOver(candidate, verdict, model)
  return reason === null ? verdict : { passed: false, installed: true, reason, remedy: null }
}

/**
 * Finds what a model is to be computed with: the first candidate that passes its smoke test, among
 * those of the choice.
 *
 * @throws InvalidInputError where none does, with reasons and a remedy.
 * @example
 * const { taken } = await selectBackend({ choice: 'auto', model: 'mlp' })
 */
export const selectBackend = async ({
  choice,
  model,
  candidates = CANDIDATES,
  hardware = () => findHardware(thisSystem)
}: SelectionInit): Promise<Selection> => {
  const serving = candidates.filter((candidate) => candidate.serves(model))
  const chosen = serving.filter(({ backend }) => choice === 'auto' || choice === backend)
  const refused: Refused[] = []
  for (const candidate of chosen) {
    const verdict = await judge(candidate, choice, model)
    if (!verdict.passed) {
      refused.push({ candidate, verdict })
      continue
    }
    const reasonOf = (other: Candidate): string => {
      const found = refused.find((it) => it.candidate === other)
      if (found !== undefined) return found.verdict.reason
      return chosen.includes(other) ? `${candidate.backend} comes first` : 'not asked for'
    }
    const others = serving.filter((other) => other !== candidate)
    return {
      taken: { candidate, verdict },
      skipped: others.map((other) => ({ candidate: other, reason: reasonOf(other) })),
      remedy: refused.length === 0 ? null : remedyOf(refused, await hardware())
    }
  }
  return refuse(choice, refused, await hardware())
}
