import test from 'ava'
import { createCompressor } from '../../../../src/compression/index.ts'
import { seeded } from '../../../../src/random.ts'
import type { Message } from '../../../../src/strategy/gossip-averaging/kinds.ts'
import type { Channel } from '../../../../src/wire/link-end.ts'
import { COMPRESSIONS, codecFor, hostileMessages, LENGTH, validMessages } from './messages.ts'

for (const compression of COMPRESSIONS) {
  const codec = codecFor(compression)

  test(`should give back every message as it was, with ${compression.name}`, (t) => {
    for (const message of validMessages(compression)) {
      const { kind, channel, body } = codec.encode(message)
      t.deepEqual(codec.decode(kind, channel, body), message, JSON.stringify(message))
      t.true(body.byteLength <= codec.maxBody, `${message.kind} of ${body.byteLength} bytes`)
    }
  })

  test(`should never throw on damaged bytes, with ${compression.name}`, (t) => {
    const random = seeded(11).fork(compression.name)
    let accepted = 0
    for (const { kind, channel, body } of hostileMessages(compression, random, 3000)) {
      const message = codec.decode(kind, channel, body)
      if (message.kind === 'rejected') continue
      accepted++
      const again = codec.encode(message)
      t.deepEqual(codec.decode(again.kind, again.channel, again.body), message)
      // A hello without an edge says nothing in the bytes that would name it.
      if (message.kind !== 'hello') t.deepEqual(again.body, new Uint8Array(body))
    }
    t.true(accepted > 100, `the damage left only ${accepted} messages readable`)
  })
}

test('should keep nothing of the bytes it was given', (t) => {
  const codec = codecFor({ name: 'none' })
  const { kind, channel, body } = codec.encode(validMessages({ name: 'none' }).at(-1)!)
  // A Buffer's slice shares its memory, and libraries hand out Buffers as Uint8Arrays.
  for (const given of [new Uint8Array(body), Buffer.from(body)]) {
    const message = codec.decode(kind, channel, given)
    const before = structuredClone(message)
    given.fill(0)
    t.deepEqual(structuredClone(message), before)
  }
})

const payload = createCompressor({ name: 'none' }).encode(new Float32Array(LENGTH))
const hello: Message = { kind: 'hello', nonce: 7, wanted: true, degree: 4, round: 3, have: null }
const id = '0123456789abcdef'
const nanHalves = new Uint8Array(2 * LENGTH).fill(0xff)
const infinite = new Uint8Array(payload)
infinite.set([0, 0, 0x80, 0x7f], 4)

interface Malformed {
  readonly what: string
  readonly message: Message
  readonly reason: string
  readonly change?: (body: Uint8Array) => Uint8Array
  readonly channel?: Channel
  readonly kind?: number
}

const set =
  (at: number, ...bytes: number[]) =>
  (body: Uint8Array): Uint8Array => {
    body.set(bytes, at)
    return body
  }
const shorter = (body: Uint8Array): Uint8Array => body.subarray(0, body.byteLength - 1)
const longer = (body: Uint8Array): Uint8Array => new Uint8Array([...body, 0])

const retire: Message = { kind: 'retire', id, final: 3, round: 9 }
const done: Message = { kind: 'done', id }
const first: Message = {
  kind: 'exchange',
  id,
  k: 1,
  round: 9,
  shift: 0,
  bytes: new Uint8Array(2 * LENGTH)
}
const later: Message = { kind: 'exchange', id, k: 2, round: 9, shift: 0, bytes: payload }
const ON_BULK = 'bulk' as const
const ON_CONTROL = 'control' as const

const MALFORMED: readonly Malformed[] = [
  { what: 'a hello a byte short', message: hello, reason: 'body', change: shorter },
  { what: 'a hello a byte long', message: hello, reason: 'body', change: longer },
  { what: 'an empty hello', message: hello, reason: 'body', change: () => new Uint8Array() },
  { what: 'a hello with an unknown flag', message: hello, reason: 'body', change: set(4, 4) },
  { what: 'a hello of 4097 neighbours', message: hello, reason: 'body', change: set(5, 16, 1) },
  { what: 'a hello on bulk', message: hello, reason: 'kind', channel: ON_BULK },
  { what: 'a retire a byte short', message: retire, reason: 'body', change: shorter },
  { what: 'a retire a byte long', message: retire, reason: 'body', change: longer },
  { what: 'a retire on bulk', message: retire, reason: 'kind', channel: ON_BULK },
  { what: 'a done a byte short', message: done, reason: 'body', change: shorter },
  { what: 'a done a byte long', message: done, reason: 'body', change: longer },
  { what: 'a done on bulk', message: done, reason: 'kind', channel: ON_BULK },
  { what: 'an exchange on control', message: later, reason: 'kind', channel: ON_CONTROL },
  {
    what: 'an exchange cut within its header',
    message: later,
    reason: 'body',
    change: (body) => body.subarray(0, 12)
  },
  { what: 'exchange 0', message: later, reason: 'body', change: set(8, 0, 0, 0, 0) },
  { what: 'a shift of 32', message: later, reason: 'body', change: set(12, 32) },
  { what: 'an exchange a byte short', message: later, reason: 'values', change: shorter },
  { what: 'an exchange a byte long', message: later, reason: 'values', change: longer },
  { what: 'a first exchange a byte short', message: first, reason: 'values', change: shorter },
  {
    what: 'a first exchange in the code of later ones',
    message: { ...first, bytes: payload },
    reason: 'values'
  },
  {
    what: 'a later exchange in the code of the first',
    message: { ...later, bytes: new Uint8Array(2 * LENGTH) },
    reason: 'values'
  },
  { what: 'a first exchange of NaN', message: { ...first, bytes: nanHalves }, reason: 'values' },
  { what: 'an infinite value', message: { ...later, bytes: infinite }, reason: 'values' },
  { what: 'kind 0', message: hello, reason: 'kind', kind: 0 },
  { what: 'kind 5', message: hello, reason: 'kind', kind: 5 },
  { what: 'kind 255', message: hello, reason: 'kind', kind: 255 }
]

for (const { what, message, reason, change, channel, kind } of MALFORMED) {
  test(`should reject ${what} for its ${reason}`, (t) => {
    const codec = codecFor({ name: 'none' })
    const outgoing = codec.encode(message)
    const body = new Uint8Array(outgoing.body)
    t.deepEqual(
      codec.decode(kind ?? outgoing.kind, channel ?? outgoing.channel, change?.(body) ?? body),
      { kind: 'rejected', reason }
    )
  })
}

test('should read a body that lies somewhere inside a larger buffer', (t) => {
  const codec = codecFor({ name: 'none' })
  const { kind, channel, body } = codec.encode(later)
  const shifted = new Uint8Array(body.byteLength + 7)
  shifted.set(body, 5)
  t.deepEqual(codec.decode(kind, channel, shifted.subarray(5, 5 + body.byteLength)), later)
})

test('should have room for a hello where the model has one parameter', (t) => {
  const codec = codecFor({ name: 'top-k+int4', fraction: 1 }, 1)
  t.is(codec.encode(hello).body.byteLength, 23)
  t.true(codec.maxBody >= 23)
})
