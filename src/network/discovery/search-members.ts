/** Looks for members of a swarm on behalf of somebody who is in none. */
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { webSockets } from '@libp2p/websockets'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { Milliseconds } from '../../strategy/strategy.ts'
import { discoveryPart } from './discovery-part.ts'

const DIAL: Milliseconds = 10_000

export interface MemberSearchOptions {
  /** Of the manifest, 64 hexadecimal digits. */
  readonly hash: string
  /** Multiaddrs of any peers, members or not: one that is in the DHT is enough. */
  readonly contacts: readonly string[]
  /** An address, with /p2p/, of who may be a member; each is told once. */
  readonly found: (address: string) => void
}

export interface MemberSearch {
  /** Calls the contacts: true once one has answered, false once all have failed. Never rejects. */
  call(): Promise<boolean>
  stop(): Promise<void>
}

/** Whoever answers may invent as many as they like. */
const MAX_FOUND = 64

/**
 * Asks the local network and the DHT, for as long as it goes on, by a libp2p host with a throw-away
 * identity that listens nowhere. Nobody has checked what it finds.
 */
export const searchMembers = async ({
  hash,
  contacts,
  found
}: MemberSearchOptions): Promise<MemberSearch> => {
  const told = new Set<string>()
  const part = discoveryPart({
    manifestHash: hash,
    mdns: true,
    dht: 'own',
    reachable: () => false,
    found: (peer, addresses) => {
      for (const address of addresses) {
        const whole = `${address}/p2p/${peer}`
        if (told.has(whole) || told.size >= MAX_FOUND) continue
        told.add(whole)
        found(whole)
      }
    }
  })
  const node = await createLibp2p({
    addresses: { listen: [] },
    transports: [tcp(), webSockets(), circuitRelayTransport()],
    connectionEncrypters: [tls(), noise()],
    streamMuxers: [yamux()],
    // Private addresses are worth a try: the member may be next door.
    connectionGater: { denyDialMultiaddr: () => false },
    connectionManager: { dialTimeout: DIAL },
    connectionMonitor: { enabled: false },
    services: {
      ...(part.services as object),
      // Who takes part in the DHT is known by it.
      identify: identify({ timeout: DIAL }),
      ping: ping({ timeout: DIAL })
    }
  })
  const end = part.attach?.(node)
  const ended = new AbortController()
  return {
    call: () => {
      const dials = contacts.map(async (contact) => {
        await node.dial(multiaddr(contact), { signal: ended.signal })
        return true
      })
      return Promise.any(dials).catch(() => false)
    },
    stop: async () => {
      ended.abort()
      await end?.()
      await node.stop()
    }
  }
}
