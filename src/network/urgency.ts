import type { Protocols } from './protocols.ts'
import { isReplica } from './replica/messages.ts'
import type { Urgency } from './turns.ts'

const PING = '/ipfs/ping/1.0.0'

/** How long a stream's bytes may have to wait where rates are limited. */
export const urgencyOf = (protocol: string, { channels }: Protocols): Urgency => {
  if (protocol === PING) return 'vital'
  return protocol === channels.bulk || isReplica(protocol) ? 'bulk' : 'control'
}
