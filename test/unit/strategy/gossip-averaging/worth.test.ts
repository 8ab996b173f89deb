/** The rows that stand in an exchange where rows weigh: on the wire, and in nobody else's frames. */
import test from 'ava'
import { none } from '../../../../src/compression/none.ts'
import { seeded } from '../../../../src/random.ts'
import { gossipCodec } from '../../../../src/strategy/gossip-averaging/codec.ts'
import type { Message } from '../../../../src/strategy/gossip-averaging/kinds.ts'

const LENGTH = 5
const codec = gossipCodec(none, none, LENGTH, true)
const exchange: Message = {
  kind: 'exchange',
  id: '00000000000000ff',
  k: 3,
  round: 9,
  shift: 0,
  worth: 70_001,
  bytes: none.encode(Float32Array.of(1, -2, 3, -4, 5))
}

test('should carry the rows between header and payload', (t) => {
  const { kind, channel, body } = codec.encode(exchange)
  t.is(body.byteLength, 17 + 4 + 4 * LENGTH)
  t.is(new DataView(body.buffer, body.byteOffset).getUint32(17), 70_001)
  t.deepEqual(codec.decode(kind, channel, body), exchange)
  t.true(body.byteLength <= codec.maxBody)
})

test('should refuse no rows, and an exchange that does not say them', (t) => {
  const { kind, channel, body } = codec.encode(exchange)
  const without = new Uint8Array(body)
  new DataView(without.buffer).setUint32(17, 0)
  t.deepEqual(codec.decode(kind, channel, without), { kind: 'rejected', reason: 'weight' })
  const { worth: _, ...plain } = exchange
  const { body: old } = gossipCodec(none, none, LENGTH).encode(plain as Message)
  t.is(codec.decode(kind, channel, old).kind, 'rejected')
})

test('should never throw on damaged bytes, nor read more than there is', (t) => {
  const random = seeded(3)
  const { kind, channel, body } = codec.encode(exchange)
  for (let i = 0; i < 2000; i++) {
    const bytes = new Uint8Array(body.subarray(0, random.integer(body.byteLength + 1)))
    for (let flips = random.integer(3); flips > 0 && bytes.byteLength > 0; flips--) {
      const at = random.integer(bytes.byteLength)
      bytes[at] = bytes[at]! ^ (1 << random.integer(8))
    }
    const message = codec.decode(kind, channel, bytes)
    if (message.kind !== 'rejected') t.deepEqual(codec.encode(message).body, bytes)
  }
})
