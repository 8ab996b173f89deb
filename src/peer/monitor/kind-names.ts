import { KIND as DELTA_KIND } from '../../strategy/delta-set/codec.ts'
import { KIND as DILOCO_KIND } from '../../strategy/diloco/codec.ts'
import { KIND as GOSSIP_KIND } from '../../strategy/gossip-averaging/codec.ts'
import { KIND as SERVER_KIND } from '../../strategy/parameter-server/codec.ts'
import { KIND as RING_KIND } from '../../strategy/ring-all-reduce/codec.ts'
import { KIND as SGP_KIND } from '../../strategy/sgp/codec.ts'
import { CREDIT_KIND } from '../../wire/link-end.ts'

const KINDS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'd-psgd': GOSSIP_KIND,
  'delta-set': DELTA_KIND,
  diloco: DILOCO_KIND,
  'federated-averaging': SERVER_KIND,
  'gossip-averaging': GOSSIP_KIND,
  'parameter-server': SERVER_KIND,
  'ring-all-reduce': RING_KIND,
  sgp: SGP_KIND
}

/** What docs/protocol.md calls a strategy's frame kind; the number, where it has no name. */
export const kindName = (strategy: string, kind: number): string => {
  if (kind === CREDIT_KIND) return 'credit'
  const found = Object.entries(KINDS[strategy] ?? {}).find(([, number]) => number === kind)
  return found?.[0] ?? String(kind)
}
