import type { Candidate } from '../../../src/training/backends/candidate.ts'
import { CANDIDATES } from '../../../src/training/backends/candidates.ts'
import type { BackendName, Unusable, Usable } from './backends.ts'

const candidatesOf = (name: BackendName): readonly Candidate[] =>
  CANDIDATES.filter(({ backend, engine }) =>
    name === 'tfjs-wasm'
      ? backend === 'wasm' && engine === 'tensors'
      : backend === name && (name !== 'wasm' || engine === 'wasm')
  )

/** The first of a backend's candidates that works, or why none does. */
export const tryOut = async (
  name: BackendName,
  candidates: readonly Pick<Candidate, 'through' | 'test'>[] = candidatesOf(name)
): Promise<Usable | Unusable> => {
  const reasons: string[] = []
  for (const candidate of candidates) {
    const verdict = await candidate.test()
    if (verdict.passed) return { name, description: verdict.description }
    const remedy = verdict.remedy === null ? '' : ` (${verdict.remedy})`
    reasons.push(`${candidate.through}: ${verdict.reason}${remedy}`)
  }
  return { name, reason: reasons.join('; ') }
}
