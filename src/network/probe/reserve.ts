import type { Connection } from '@libp2p/interface'
import { decodeFields, encodeFields } from '../reach/protobuf.ts'
import { HOP, STATUS } from '../reach/relay-messages.ts'
import { exchange } from './exchange.ts'

const RESERVE = encodeFields([[1, 0]])

/** What a relay says to whoever wants a place on it. */
export type Reserved =
  | {
      readonly state: 'reserved'
      /** Of one relayed connection; null: no limit. */
      readonly seconds: number | null
      readonly bytes: number | null
    }
  | { readonly state: 'refused' | 'full' | 'denied' | 'no-answer' }

/** Reserves a place, which ends with the connection. Never rejects. */
export const reserve = async (connection: Connection, signal: AbortSignal): Promise<Reserved> => {
  try {
    const answer = decodeFields(await exchange(connection, HOP, RESERVE, signal))
    const status = answer?.number(5)
    if (status === STATUS.reservationRefused) return { state: 'refused' }
    if (status === STATUS.resourceLimitExceeded) return { state: 'full' }
    if (status === STATUS.permissionDenied) return { state: 'denied' }
    if (status !== STATUS.ok) return { state: 'no-answer' }
    const limit = answer?.message(4)
    // A limit of zero is none.
    const seconds = limit?.number(1) || null
    return { state: 'reserved', seconds, bytes: limit?.number(2) || null }
  } catch {
    return { state: 'no-answer' }
  }
}
