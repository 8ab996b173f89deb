import type { Libp2p } from '@libp2p/interface'
import type { NodePart } from '../node-part.ts'
import { Discovery, type DiscoveryOptions } from './discovery.ts'
import type { KadComponents } from './kad.ts'
import { Kademlia } from './kademlia.ts'
import { Scope } from './scope.ts'

export type { DiscoveryOptions } from './discovery.ts'

export interface DiscoveryPart extends NodePart {
  /** How many members presence tells of: the fewer there are, the more often others are asked for. */
  company(others: number): void
}

const PROTOCOLS = { own: '/swarmgrad/kad/1', public: '/ipfs/kad/1.0.0' } as const

/** Discovery as a part of a libp2p node; one part serves one node. */
export const discoveryPart = (options: DiscoveryOptions): DiscoveryPart => {
  const { dht } = options
  const scope = new Scope(dht === 'public')
  let kademlia: Kademlia | null = null
  let discovery: Discovery | null = null
  let others = 0
  const createKademlia = (components: KadComponents): Kademlia => {
    kademlia = new Kademlia(components, {
      protocol: PROTOCOLS[dht === 'public' ? 'public' : 'own'],
      isUsable: (address) => scope.includes(address),
      begins: () => discovery?.again('dht', 'provide')
    })
    return kademlia
  }
  return {
    services: dht === 'off' ? {} : { kademlia: createKademlia },
    attach: (node: Libp2p) => {
      const attached = new Discovery(options, { node, scope, kademlia })
      attached.company(others)
      discovery = attached
      return () => attached.stop()
    },
    company: (count) => {
      others = count
      discovery?.company(count)
    }
  }
}
