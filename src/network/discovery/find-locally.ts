import { setTimeout as sleep } from 'node:timers/promises'
import type { Milliseconds } from '../../strategy/strategy.ts'
import { LocalNetwork } from './local-network.ts'

/** Answers come within a fraction of a second, where multicast works at all. */
const PATIENCE: Milliseconds = 3000
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
    found: (peer, own) => {
      for (const address of own) {
        if (addresses.size < MAX_ADDRESSES) addresses.add(`${address}/p2p/${peer}`)
      }
    },
    now: () => performance.now()
  })
  try {
    // Twice: whoever has just answered somebody else keeps quiet for a second.
    for (let asked = 0; asked < 2; asked++) {
      local.ask()
      await sleep(patience / 2, undefined, { signal })
    }
  } finally {
    await local.stop()
  }
  return [...addresses]
}
