import type { Candidate } from './candidate.ts'
import type { Selection, Taken } from './select.ts'

export const nameOf = ({ backend, through }: Candidate): string => `${backend} (${through})`

const takenText = ({ candidate, verdict }: Taken): string => {
  const { description, notice, seconds } = verdict
  const passed = `smoke test passed in ${(1000 * seconds).toFixed(0)} ms`
  return [
    `${candidate.backend} (${description})`,
    passed,
    ...(notice === null ? [] : [notice])
  ].join(', ')
}

/** A selection as sentences for a log: what was taken, why each other was not, what would be faster. */
export const explainSelection = ({ taken, skipped, remedy }: Selection): readonly string[] => [
  `taken: ${takenText(taken)}`,
  ...skipped.map(({ candidate, reason }) => `skipped: ${nameOf(candidate)}: ${reason}`),
  ...(remedy === null ? [] : [`faster here: ${remedy}`])
]
