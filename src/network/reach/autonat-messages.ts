/** AutoNAT v1 (github.com/libp2p/specs, autonat/autonat-v1.md): asking others to dial back. */
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerName } from '../../strategy/strategy.ts'
import type { Bytes } from '../../vector/vector.ts'
import { addressesOfBytes, bytesOfAddresses, bytesOfPeer, peerOfBytes } from './peer-bytes.ts'
import { decodeFields, encodeFields } from './protobuf.ts'

export const AUTONAT = '/libp2p/autonat/1.0.0'

const DIAL = 0
const DIAL_RESPONSE = 1

export const DIAL_STATUS = { ok: 0, dialError: 100, dialRefused: 101, badRequest: 200 } as const

export type DialStatus = (typeof DIAL_STATUS)[keyof typeof DIAL_STATUS]

/** Addresses of one question that are looked at. */
const ADDRESSES = 4

export const dialRequest = (self: PeerName, addresses: readonly string[]): Bytes => {
  const peer = encodeFields([
    [1, bytesOfPeer(self)],
    ...bytesOfAddresses(addresses).map((address) => [2, address] as const)
  ])
  return encodeFields([
    [1, DIAL],
    [2, encodeFields([[1, peer]])]
  ])
}

export interface DialRequest {
  readonly peer: PeerName
  readonly addresses: readonly Multiaddr[]
}

/** Null: malformed. */
export const dialRequestIn = (bytes: Uint8Array): DialRequest | null => {
  const info = decodeFields(bytes)?.message(2)?.message(1)
  const peer = peerOfBytes(info?.bytes(1) ?? null)
  return peer === null ? null : { peer, addresses: addressesOfBytes(info!.all(2), ADDRESSES) }
}

/** `reached`: the address at which the other end was reached. */
export const dialResponse = (status: DialStatus, why: string, reached?: string): Bytes =>
  encodeFields([
    [1, DIAL_RESPONSE],
    [
      3,
      encodeFields([
        [1, status],
        [2, new TextEncoder().encode(why)],
        ...bytesOfAddresses(reached === undefined ? [] : [reached]).map(
          (address) => [3, address] as const
        )
      ])
    ]
  ])

export interface DialAnswer {
  readonly status: number
  /** Where it reached this peer, if it did and says so. */
  readonly reached: string | null
}

/** Null: no answer that says anything. */
export const dialResponseIn = (bytes: Uint8Array): DialAnswer | null => {
  const response = decodeFields(bytes)?.message(3) ?? null
  if (response === null) return null
  const [reached] = addressesOfBytes(response.all(3), 1)
  // A zero may be left out.
  return { status: response.number(1) ?? DIAL_STATUS.ok, reached: reached?.toString() ?? null }
}
