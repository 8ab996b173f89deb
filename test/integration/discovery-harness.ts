/** Peers on loopback that do nothing but look for each other. */
import type { ExecutionContext } from 'ava'
import { createNode, type SwarmNode } from '../../src/network/create-node.ts'
import {
  type DiscoveryOptions,
  type DiscoveryPart,
  discoveryPart
} from '../../src/network/discovery/discovery-part.ts'
import { protocolsOf } from '../../src/network/protocols.ts'
import type { PeerName } from '../../src/strategy/strategy.ts'

export const HASH = 'd15c0'.padEnd(64, '7')

export interface Finder {
  readonly node: SwarmNode
  readonly name: PeerName
  readonly part: DiscoveryPart
  /** Who has been found, and where. */
  readonly found: ReadonlyMap<PeerName, readonly string[]>
  /** Resolves once all of these have been found. */
  until(peers: readonly PeerName[]): Promise<void>
}

export const startFinder = async (
  seed: number,
  options: Partial<DiscoveryOptions> & { readonly listen?: readonly string[] } = {}
): Promise<Finder> => {
  const { listen = ['/ip4/127.0.0.1/tcp/0'], manifestHash = HASH } = options
  const found = new Map<PeerName, readonly string[]>()
  let waiting: Array<() => void> = []
  const part = discoveryPart({
    mdns: false,
    dht: 'own',
    reachable: () => false,
    ...options,
    manifestHash,
    found: (peer, addresses) => {
      found.set(peer, addresses)
      for (const look of waiting) look()
    }
  })
  const identitySeed = new Uint8Array(32)
  new DataView(identitySeed.buffer).setUint32(0, seed)
  const node = await createNode({
    identitySeed,
    listen,
    topic: protocolsOf(manifestHash).presence,
    handlers: {},
    admits: () => true,
    parts: [part]
  })
  const until = (peers: readonly PeerName[]): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!peers.every((peer) => found.has(peer))) return
        waiting = waiting.filter((other) => other !== look)
        resolve()
      }
      waiting.push(look)
      look()
    })
  return { node, name: node.peerId.toString(), part, found, until }
}

/** One that stops with its test. */
export const createFinder = async (
  t: ExecutionContext,
  seed: number,
  options?: Parameters<typeof startFinder>[1]
): Promise<Finder> => {
  const finder = await startFinder(seed, options)
  t.teardown(() => finder.node.stop())
  return finder
}
