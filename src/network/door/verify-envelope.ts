import { strategyProblems, withDefaults } from '../../strategy/strategy-problems.ts'
import { claimOf, type Opened, openEnvelope } from '../../swarm/envelope.ts'
import { isSigned } from './signing.ts'

/** As openEnvelope, and the creator has signed it. Never rejects. `expected`: null: any manifest. */
export const verifyEnvelope = async (
  bytes: Uint8Array,
  expected: string | null
): Promise<Opened> => {
  const opened = openEnvelope(bytes, expected, { problems: strategyProblems, withDefaults })
  if (opened.signed === null || (await isSigned(claimOf(opened.signed)))) return opened
  const rule = `was not made by ${opened.signed.manifest.creator}, who is said to be its creator`
  const remedy = 'ask another member for it'
  // The creator's word may have been damaged on its way: another source may have it whole.
  return { signed: null, problems: [{ path: 'signature', rule, remedy }], fault: 'source' }
}
