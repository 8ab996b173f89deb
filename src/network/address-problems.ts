import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import type { Problem } from '../errors.ts'

const isDialable = (address: string): boolean => {
  try {
    const peer = multiaddr(address).getPeerId()
    return peer !== null && peerIdFromString(peer) !== undefined
  } catch {
    return false
  }
}

/**
 * Which configured addresses of other peers nobody could ever dial: a slip would be dialled for ever.
 * `field`: where they are configured.
 */
export const addressProblems = (field: string, addresses: readonly string[]): Problem[] =>
  addresses.flatMap((address, index) =>
    isDialable(address)
      ? []
      : [
          {
            path: `${field}[${index}]`,
            rule: `is no multiaddr of a peer: ${address}`,
            remedy:
              "copy one that the peer's log shows, such as /ip4/192.0.2.1/tcp/4001/p2p/12D3Koo..."
          }
        ]
  )
