import { peerIdFromString } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { PeerName } from '../../strategy/strategy.ts'

/** /p2p/ in a multiaddr, as a varint. */
const P2P = [0xa5, 0x03]
/** Of a peer id. */
const MAX_BYTES = 64

/** A peer id as libp2p's protocols send it. */
export const bytesOfPeer = (peer: PeerName): Uint8Array =>
  peerIdFromString(peer).toMultihash().bytes

/** Null: it is none. Never throws. */
export const peerOfBytes = (bytes: Uint8Array | null): PeerName | null => {
  if (bytes === null || bytes.byteLength > MAX_BYTES) return null
  try {
    const name = multiaddr(Uint8Array.of(...P2P, bytes.byteLength, ...bytes)).getPeerId()
    return name === null ? null : peerIdFromString(name).toString()
  } catch {
    return null
  }
}

/** At most `most` of them; what is no multiaddr is passed over. */
export const addressesOfBytes = (all: readonly Uint8Array[], most: number): readonly Multiaddr[] =>
  all.slice(0, most).flatMap((bytes) => {
    try {
      return [multiaddr(bytes)]
    } catch {
      return []
    }
  })

export const bytesOfAddresses = (addresses: readonly string[]): readonly Uint8Array[] =>
  addresses.map((address) => multiaddr(address).bytes)
