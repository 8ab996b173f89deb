/** Circuit relay v2 (github.com/libp2p/specs, relay/circuit-v2.md): what relays send and are asked. */
import type { PeerName } from '../../strategy/strategy.ts'
import type { Bytes } from '../../vector/vector.ts'
import { bytesOfPeer, peerOfBytes } from './peer-bytes.ts'
import { decodeFields, encodeFields, type Message } from './protobuf.ts'
import type { RelayBounds } from './relay-limits.ts'

export const HOP = '/libp2p/circuit/relay/0.2.0/hop'
export const STOP = '/libp2p/circuit/relay/0.2.0/stop'

export const STATUS = {
  ok: 100,
  reservationRefused: 200,
  resourceLimitExceeded: 201,
  permissionDenied: 202,
  connectionFailed: 203,
  noReservation: 204,
  malformed: 400,
  unexpected: 401
} as const

export type Status = (typeof STATUS)[keyof typeof STATUS]

const RESERVE = 0
const CONNECT = 1
const HOP_STATUS = 2
const STOP_CONNECT = 0
const STOP_STATUS = 1

/** In seconds and bytes. The bytes are those of both directions together. */
const limitOf = ({ bytes, lasts }: RelayBounds): Bytes =>
  encodeFields([
    [1, Math.floor(lasts / 1000)],
    [2, bytes]
  ])

const peerField = (peer: PeerName): Bytes => encodeFields([[1, bytesOfPeer(peer)]])

const peerIn = (message: Message, field: number): PeerName | null =>
  peerOfBytes(message.message(field)?.bytes(1) ?? null)

export type Asked =
  | { readonly type: 'reserve' }
  | { readonly type: 'connect'; readonly to: PeerName }

/** Null: malformed. */
export const askedIn = (bytes: Uint8Array): Asked | null => {
  const message = decodeFields(bytes)
  if (message === null) return null
  const type = message.number(1)
  if (type === RESERVE) return { type: 'reserve' }
  const to = peerIn(message, 2)
  return type === CONNECT && to !== null ? { type: 'connect', to } : null
}

export const hopStatus = (status: Status): Bytes =>
  encodeFields([
    [1, HOP_STATUS],
    [5, status]
  ])

/** `addresses`: multiaddrs of the relay as bytes; `ends`: milliseconds since 1970. */
export const reserved = (
  addresses: readonly Uint8Array[],
  ends: number,
  bounds: RelayBounds
): Bytes =>
  encodeFields([
    [1, HOP_STATUS],
    [
      3,
      encodeFields([
        [1, Math.floor(ends / 1000)],
        ...addresses.map((address) => [2, address] as const)
      ])
    ],
    [4, limitOf(bounds)],
    [5, STATUS.ok]
  ])

export const connected = (bounds: RelayBounds): Bytes =>
  encodeFields([
    [1, HOP_STATUS],
    [4, limitOf(bounds)],
    [5, STATUS.ok]
  ])

/** To the peer that is called: `from` wants to talk to it. */
export const stopConnect = (from: PeerName, bounds: RelayBounds): Bytes =>
  encodeFields([
    [1, STOP_CONNECT],
    [2, peerField(from)],
    [3, limitOf(bounds)]
  ])

/** Whether the peer that is called takes the call. */
export const stopAccepted = (bytes: Uint8Array): boolean => {
  const message = decodeFields(bytes)
  return message?.number(1) === STOP_STATUS && message.number(4) === STATUS.ok
}
