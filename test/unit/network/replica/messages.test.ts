/** What is asked and answered for a replica, and everything that is no such thing. */
import { encode } from '@ipld/dag-cbor'
import test from 'ava'
import {
  bytesOf,
  type Head,
  headIn,
  isReplica,
  partIn,
  replicaProtocol,
  requestIn
} from '../../../../src/network/replica/messages.ts'
import { seeded } from '../../../../src/random.ts'

const HASH = new Uint8Array(32).fill(1)
const HEAD: Head = {
  type: 'head',
  hash: HASH,
  tensors: [
    ['a', [2, 3]],
    ['b', []]
  ],
  round: 4,
  final: true,
  samples: 7,
  signatures: [{ peer: '12D3KooW', signature: new Uint8Array(64) }]
}

test('should read what it writes', (t) => {
  const part = { type: 'part', hash: HASH, from: 9 } as const
  t.deepEqual(requestIn(bytesOf(part)), part)
  t.deepEqual(requestIn(bytesOf({ type: 'head' })), { type: 'head' })
  t.deepEqual(headIn(bytesOf(HEAD)), HEAD)
  const answer = { type: 'part', bytes: new Uint8Array(5) } as const
  t.deepEqual(partIn(bytesOf(answer)), answer)
  const refused = { type: 'refused', why: 'busy' } as const
  t.deepEqual(headIn(bytesOf(refused)), refused)
  t.deepEqual(partIn(bytesOf(refused)), refused)
})

test('a request should be these bytes', (t) => {
  const hex = Buffer.from(bytesOf({ type: 'part', hash: HASH, from: 262_144 })).toString('hex')
  // {from: 262144, hash: 32 bytes, type: 'part'}, keys by length and then by bytes.
  t.is(
    hex,
    `a3${'6466726f6d'}1a00040000${'6468617368'}5820${'01'.repeat(32)}${'6474797065'}${'6470617274'}`
  )
})

test('should take nothing else for one', (t) => {
  for (const bad of [
    { ...HEAD, hash: new Uint8Array(31) },
    { ...HEAD, round: -1 },
    { ...HEAD, signatures: [] },
    { ...HEAD, tensors: [['a', [2.5]]] },
    { ...HEAD, tensors: [['a', [-1]]] },
    { ...HEAD, more: 1 },
    { type: 'refused', why: 'because' },
    {},
    null,
    []
  ]) {
    t.is(headIn(encode(bad)), null, JSON.stringify(bad))
  }
  for (const bad of [
    { type: 'part', hash: HASH, from: -1 },
    { type: 'part', from: 0 },
    { type: 'all' }
  ]) {
    t.is(requestIn(encode(bad)), null)
  }
  t.is(partIn(encode({ type: 'part', bytes: 'text' })), null)
})

test('should never throw, whatever comes', (t) => {
  const random = seeded(3)
  const whole = bytesOf(HEAD)
  for (let i = 0; i < 3000; i++) {
    const bytes = whole.slice(0, random.integer(whole.length + 1))
    for (let j = random.integer(4); j > 0 && bytes.length > 0; j--) {
      bytes[random.integer(bytes.length)] = random.integer(256)
    }
    t.notThrows(() => [requestIn(bytes), headIn(bytes), partIn(bytes)])
  }
})

test('a protocol should be of one swarm', (t) => {
  const protocol = replicaProtocol('0123456789abcdef'.repeat(4))
  t.is(protocol, '/swarmgrad/0123456789abcdef/replica/1')
  t.true(isReplica(protocol))
  t.false(isReplica('/swarmgrad/0123456789abcdef/bulk/1'))
})
