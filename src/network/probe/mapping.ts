import type { Multiaddr } from '@multiformats/multiaddr'
import { multiaddr } from '@multiformats/multiaddr'
import type { Milliseconds } from '../../strategy/strategy.ts'
import { freePort } from '../reach/free-port.ts'
import { createProbeNode, STEP } from './probe-node.ts'

const endpointOf = (address: Multiaddr): string => {
  const { host, port } = address.toOptions()
  return `${host} ${port}`
}

/**
 * As what calls from one port are seen by those that are called, one at each of `addresses`, which must be
 * machines of different public addresses: a NAT that gives one address to all of them lets holes be
 * punched. Null: fewer than two have answered.
 */
export const mappingOf = async (
  addresses: readonly string[],
  step: Milliseconds = STEP
): Promise<'one' | 'each' | null> => {
  const node = await createProbeNode({ from: await freePort() })
  const seen: string[] = []
  try {
    for (const address of addresses) {
      const signal = AbortSignal.timeout(step)
      try {
        const connection = await node.dial(multiaddr(address), { signal })
        const { observedAddr } = await node.services.identify.identify(connection, { signal })
        if (observedAddr !== undefined) seen.push(endpointOf(observedAddr))
      } catch {
        // One voice fewer.
      }
    }
  } finally {
    await node.stop()
  }
  if (seen.length < 2) return null
  return new Set(seen).size === 1 ? 'one' : 'each'
}
