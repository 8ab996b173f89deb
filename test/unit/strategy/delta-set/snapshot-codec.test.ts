/** Messages about snapshots as bytes: there and back, and whatever else may come. */
import test from 'ava'
import { createDeltaDecoder, emptyDelta } from '../../../../src/compression/delta/index.ts'
import { seeded } from '../../../../src/random.ts'
import { baseOf, payloadOf, readHead, writeBody } from '../../../../src/strategy/delta-set/body.ts'
import { deltaCodec } from '../../../../src/strategy/delta-set/codec.ts'
import type { Message } from '../../../../src/strategy/delta-set/kinds.ts'
import { ByteWriter } from '../../../../src/wire/byte-writer.ts'
import { LENGTH, snapshot } from './snapshot-scene.ts'
import { tinyCode } from './tiny.ts'

const codec = deltaCodec(createDeltaDecoder(tinyCode), LENGTH)
const { chunks, id, offer } = snapshot()
const offered = offer('a') as Extract<Message, { kind: 'snapshot-offer' }>
const { lines, hashes } = offered
const filled = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(length).fill(7)

const MESSAGES: readonly Message[] = [
  { kind: 'restored', times: 300 },
  { kind: 'snapshot-ask' },
  offered,
  { kind: 'snapshot-confirm', lines, root: filled(32) },
  { kind: 'snapshot-confirmed', id, signature: filled(64), serves: false },
  { kind: 'snapshot-confirmed', id, signature: filled(64), serves: true },
  { kind: 'snapshot-refused', id, reason: 'differs' },
  { kind: 'chunk-ask', id, index: 2 },
  ...chunks.map((bytes, index): Message => ({ kind: 'chunk', id, index, bytes }))
]

test('should give every message back, on its own channel only', (t) => {
  for (const message of MESSAGES) {
    const { kind, channel, body } = codec.encode(message)
    t.deepEqual(codec.decode(kind, channel, body), message, message.kind)
    const other = channel === 'bulk' ? 'control' : 'bulk'
    t.deepEqual(codec.decode(kind, other, body), { kind: 'rejected', reason: 'kind' })
    t.true(body.length <= codec.maxBody)
  }
  t.is(new Set(MESSAGES.map((message) => codec.encode(message).kind)).size, 8)
})

test('should refuse every message that is cut short or longer', (t) => {
  for (const message of MESSAGES) {
    const { kind, channel, body } = codec.encode(message)
    const longer = new Uint8Array(body.length + 1)
    longer.set(body)
    for (const wrong of [body.subarray(0, -1), body.subarray(0, body.length >> 1), longer]) {
      if (wrong.length === body.length) continue
      const decoded = codec.decode(kind, channel, wrong)
      t.deepEqual(decoded, { kind: 'rejected', reason: 'body' }, `${message.kind} ${wrong.length}`)
    }
  }
})

test('should refuse numbers that no honest peer can have come to', (t) => {
  const body = (seq: number, samples: number): Uint8Array =>
    new ByteWriter().varint(1).varint(0).varint(seq).varint(samples).bytes(filled(64)).done()
  const kind = 11
  t.is(codec.decode(kind, 'control', body(2 ** 40, 5)).kind, 'snapshot-confirm')
  for (const wrong of [body(2 ** 40 + 1, 5), body(5, 2 ** 50 + 1), body(2 ** 53 - 1, 5)]) {
    t.deepEqual(codec.decode(kind, 'control', wrong), { kind: 'rejected', reason: 'body' })
  }
})

test('should read no more lines than there are bytes for, whatever is announced', (t) => {
  for (const count of [4096, 4097, 2 ** 40]) {
    const body = new ByteWriter().varint(count).bytes(filled(20)).done()
    for (const kind of [10, 11]) {
      t.deepEqual(codec.decode(kind, 'control', body), { kind: 'rejected', reason: 'body' })
    }
  }
})

test('should refuse chunks beyond the last, and of another length', (t) => {
  for (const index of [3, 4, 2 ** 31]) {
    const body = new ByteWriter().bytes(id).varint(index).done()
    t.deepEqual(codec.decode(14, 'control', body), { kind: 'rejected', reason: 'body' })
  }
  const last = new ByteWriter().bytes(id).varint(2).bytes(chunks[1]!).done()
  t.deepEqual(codec.decode(15, 'bulk', last), { kind: 'rejected', reason: 'body' })
})

test('should never throw on bytes that have been changed', (t) => {
  const random = seeded(5)
  for (const message of MESSAGES) {
    const { kind, channel, body } = codec.encode(message)
    for (let i = 0; i < 200 && body.length > 0; i++) {
      const changed = body.slice(0, Math.min(body.length, 300))
      changed[random.integer(changed.length)]! ^= 1 << random.integer(8)
      t.notThrows(() => codec.decode(kind, channel, changed))
    }
  }
  t.true(hashes.length > 0)
})

const head = {
  last: false,
  samples: 3,
  steps: 2,
  stepMs: 1.5,
  loss: null,
  weight: 0.5,
  halvings: 0
}
const payload = emptyDelta(tinyCode)

test('should say in a delta which numbers before it are void', (t) => {
  for (const skips of [0, 1, 255, 2 ** 32, 2 ** 40 + 3]) {
    const body = writeBody(head, payload, skips)
    t.deepEqual(readHead(body), head, `${skips}`)
    t.deepEqual(payloadOf(body), payload, `${skips}`)
    t.is(baseOf({ seq: skips + 6, body }), 5, `${skips}`)
    const message = {
      kind: 'delta',
      origin: 0,
      seq: skips + 1,
      signature: filled(64),
      body
    } as const
    const { kind, channel, body: bytes } = codec.encode(message)
    t.deepEqual(codec.decode(kind, channel, bytes), message, `${skips}`)
    if (skips === 0) continue
    const impossible = codec.encode({ ...message, seq: skips })
    t.deepEqual(codec.decode(kind, channel, impossible.body), { kind: 'rejected', reason: 'body' })
  }
})

test('should refuse a body that skips nothing, or ends before it says how many', (t) => {
  const body = writeBody(head, payload, 1)
  const nothing = body.slice()
  nothing.fill(0, 15, 23)
  t.is(readHead(nothing), 'body')
  t.is(readHead(body.slice(0, 22)), 'body')
  t.not(readHead(body.slice(0, 23)), 'body')
  t.deepEqual(readHead(body), head)
})
