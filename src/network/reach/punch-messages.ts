/** DCUtR (github.com/libp2p/specs, relay/DCUtR.md): what two peers agree on before they punch. */
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Bytes } from '../../vector/vector.ts'
import { addressesOfBytes, bytesOfAddresses } from './peer-bytes.ts'
import { decodeFields, encodeFields } from './protobuf.ts'

export const DCUTR = '/libp2p/dcutr'

const CONNECT = 100
const SYNC = 300
/** Addresses of the other end that are tried. */
export const PUNCHED_ADDRESSES = 4

/** `addresses`: where this end is seen to call from. */
export const connectMessage = (addresses: readonly string[]): Bytes =>
  encodeFields([
    [1, CONNECT],
    ...bytesOfAddresses(addresses).map((address) => [2, address] as const)
  ])

/** Null: another message, or none. */
export const connectIn = (bytes: Uint8Array): readonly Multiaddr[] | null => {
  const message = decodeFields(bytes)
  return message?.number(1) === CONNECT ? addressesOfBytes(message.all(2), PUNCHED_ADDRESSES) : null
}

export const syncMessage = (): Bytes => encodeFields([[1, SYNC]])

export const isSync = (bytes: Uint8Array): boolean => decodeFields(bytes)?.number(1) === SYNC
