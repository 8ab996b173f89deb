import type { Peer, PeerId, PeerStore } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import type { ContactAddresses } from './contact-addresses.ts'
import type { KadComponents } from './kad.ts'

/**
 * What kad-dht takes for libp2p's peer store: as much of one as it uses. Addresses go into a book of its
 * own; tags, which would have libp2p hold and redial connections, go nowhere.
 */
export const contactStore = (
  peerStore: PeerStore,
  addresses: ContactAddresses,
  own: KadComponents['addressManager'],
  self: PeerId
): PeerStore => {
  const known = async (id: PeerId): Promise<Pick<Peer, 'addresses' | 'protocols'>> => {
    try {
      return await peerStore.get(id)
    } catch {
      // Never connected.
      return { addresses: [], protocols: [] }
    }
  }
  /** Never throws for a peer that nobody knows: kad-dht would not tell of any, because of that one. */
  const get = async (id: PeerId): Promise<Peer> => {
    const { addresses: seen, protocols } = await known(id)
    const name = id.toString()
    if (id.equals(self)) addresses.learn(name, own.getAddresses().map(String))
    const texts = seen.map(({ multiaddr }) => multiaddr.toString())
    const all = new Set([...addresses.of(name), ...texts])
    return {
      id,
      protocols,
      addresses: [...all].map((text) => ({ multiaddr: multiaddr(text), isCertified: false })),
      metadata: new Map(),
      tags: new Map()
    }
  }
  const store: Partial<PeerStore> = {
    get,
    getInfo: async (id) => {
      const peer = await get(id)
      return { id, multiaddrs: peer.addresses.map(({ multiaddr }) => multiaddr) }
    },
    merge: async (id, { multiaddrs = [] }) => {
      addresses.learn(id.toString(), multiaddrs.map(String))
      return get(id)
    },
    all: async () => []
  }
  return store as PeerStore
}
