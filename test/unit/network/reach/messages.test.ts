import test from 'ava'
import { peerNameOf } from '../../../../src/network/peer-name.ts'
import {
  DIAL_STATUS,
  dialRequest,
  dialRequestIn,
  dialResponse,
  dialResponseIn
} from '../../../../src/network/reach/autonat-messages.ts'
import { bytesOfPeer, peerOfBytes } from '../../../../src/network/reach/peer-bytes.ts'
import { decodeFields, encodeFields } from '../../../../src/network/reach/protobuf.ts'
import {
  connectIn,
  connectMessage,
  isSync,
  syncMessage
} from '../../../../src/network/reach/punch-messages.ts'
import { RELAY_BOUNDS } from '../../../../src/network/reach/relay-limits.ts'
import {
  askedIn,
  connected,
  hopStatus,
  reserved,
  STATUS,
  stopAccepted,
  stopConnect
} from '../../../../src/network/reach/relay-messages.ts'

const ADDRESS = '/ip4/45.1.0.2/tcp/4001'
const peer = await peerNameOf(new Uint8Array(32).fill(7))

test('should write and read names as libp2p does', (t) => {
  const bytes = bytesOfPeer(peer)
  // An identity multihash of a protobuf of an Ed25519 key.
  t.deepEqual([...bytes.subarray(0, 6)], [0x00, 0x24, 0x08, 0x01, 0x12, 0x20])
  t.is(peerOfBytes(bytes), peer)
  for (const wrong of [null, new Uint8Array(), new Uint8Array(3), new Uint8Array(100)]) {
    t.is(peerOfBytes(wrong), null)
  }
})

test('should read the questions that relays are asked', (t) => {
  t.deepEqual(askedIn(encodeFields([[1, 0]])), { type: 'reserve' })
  const to = encodeFields([[1, bytesOfPeer(peer)]])
  t.deepEqual(
    askedIn(
      encodeFields([
        [1, 1],
        [2, to]
      ])
    ),
    { type: 'connect', to: peer }
  )
  t.is(askedIn(encodeFields([[1, 1]])), null)
  t.is(askedIn(encodeFields([[1, 2]])), null)
  t.is(askedIn(encodeFields([])), null)
  t.is(askedIn(Uint8Array.of(255, 255)), null)
})

test('should tell limits in seconds and bytes, and a slot in seconds since 1970', (t) => {
  const grant = decodeFields(reserved([Uint8Array.of(4)], 1_700_000_000_123, RELAY_BOUNDS))!
  t.is(grant.number(5), STATUS.ok)
  t.is(grant.message(3)!.number(1), 1_700_000_000)
  t.deepEqual(grant.message(3)!.all(2), [Uint8Array.of(4)])
  for (const message of [grant, decodeFields(connected(RELAY_BOUNDS))!]) {
    t.is(message.message(4)!.number(1), 7200)
    t.is(message.message(4)!.number(2), 64 << 20)
  }
  t.is(decodeFields(hopStatus(STATUS.noReservation))!.number(5), 204)
  const call = decodeFields(stopConnect(peer, RELAY_BOUNDS))!
  t.is(peerOfBytes(call.message(2)!.bytes(1)), peer)
  t.true(
    stopAccepted(
      encodeFields([
        [1, 1],
        [4, 100]
      ])
    )
  )
  t.false(
    stopAccepted(
      encodeFields([
        [1, 1],
        [4, 203]
      ])
    )
  )
  t.false(stopAccepted(Uint8Array.of(7)))
})

test('should ask to be dialled back, and answer', (t) => {
  const asked = dialRequestIn(dialRequest(peer, new Array<string>(9).fill(ADDRESS)))!
  t.is(asked.peer, peer)
  t.deepEqual(asked.addresses.map(String), new Array<string>(4).fill(ADDRESS))
  t.is(dialRequestIn(Uint8Array.of(1, 2, 3)), null)
  const reached = dialResponse(DIAL_STATUS.ok, '', ADDRESS)
  t.deepEqual(dialResponseIn(reached), { status: 0, reached: ADDRESS })
  const failed = dialResponse(DIAL_STATUS.dialError, 'no')
  t.deepEqual(dialResponseIn(failed), { status: 100, reached: null })
  t.is(dialResponseIn(Uint8Array.of()), null)
})

test('should agree on a punch', (t) => {
  t.deepEqual(connectIn(connectMessage([ADDRESS]))!.map(String), [ADDRESS])
  t.is(connectIn(syncMessage()), null)
  t.true(isSync(syncMessage()))
  t.false(isSync(connectMessage([ADDRESS])))
  const wrong = encodeFields([
    [1, 100],
    [2, Uint8Array.of(255, 255, 255)]
  ])
  t.deepEqual(connectIn(wrong), [])
})
