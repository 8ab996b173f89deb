import { setTimeout as sleep } from 'node:timers/promises'
import type { Milliseconds } from '../../strategy/strategy.ts'
import { LocalNetwork } from './local-network.ts'

/** Answers come within a fraction of a second, where multicast works at all. */
const PATIENCE: Milliseconds = 2000
/** Whoever answers may invent as many as they like. */
const MAX_ADDRESSES = 16

/**
 * Addresses, with /p2p/, of members that answer on the local network, for somebody who is none yet. Nobody
 * has checked them. `hash`: of the manifest, hexadecimal.
 */
export const findLocally = async (
  hash: string,
  signal: AbortSignal,
  patience: Milliseconds = PATIENCE
): Promise<readonly string[]> => {
  const addresses = new Set<string>()
  const local = new LocalNetwork({
    manifestHash: hash,
    self: '',
    addresses: () => [],
    found: (_, own) => {
      for (const address of own) if (addresses.size < MAX_ADDRESSES) addresses.add(address)
    },
    now: () => performance.now()
  })
  try {
    local.ask()
    await sleep(patience, undefined, { signal })
  } finally {
    await local.stop()
  }
  return [...addresses]
}
