import type { Connection } from '@libp2p/interface'
import type { PeerName } from '../../strategy/strategy.ts'
import { AUTONAT, DIAL_STATUS, dialRequest, dialResponseIn } from '../reach/autonat-messages.ts'
import { exchange } from './exchange.ts'

/** Whether a member could dial an address; unknown: it did not try, or did not say. */
export type DialledBack = 'reached' | 'not-reached' | 'unknown'

/** Asks a member to dial `addresses` of this end, all at the IP address that the member sees it call from. */
export const askToDialBack = async (
  connection: Connection,
  self: PeerName,
  addresses: readonly string[],
  signal: AbortSignal
): Promise<DialledBack> => {
  try {
    const question = dialRequest(self, addresses)
    const answer = dialResponseIn(await exchange(connection, AUTONAT, question, signal))
    if (answer?.status === DIAL_STATUS.ok) return 'reached'
    return answer?.status === DIAL_STATUS.dialError ? 'not-reached' : 'unknown'
  } catch {
    // It does not do this, or is busy.
    return 'unknown'
  }
}
