import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { KIND, sgpCodec } from '../../../../src/strategy/sgp/codec.ts'
import type { Message } from '../../../../src/strategy/sgp/kinds.ts'
import { CHANNELS } from '../../../../src/wire/link-end.ts'

const LENGTH = 5
const codec = sgpCodec(LENGTH)
const WORDS = [0, 1, 2 ** 31, 2 ** 32 - 1]
const bytes = Uint8Array.from({ length: 4 * LENGTH }, (_, i) => 250 - i)

const messages: Message[] = WORDS.flatMap((word): Message[] => [
  { kind: 'hello', round: word, leaving: false, heard: null },
  { kind: 'hello', round: 3, leaving: true, heard: { flow: word, number: 7 } },
  { kind: 'hello', round: 3, leaving: false, heard: { flow: 0, number: word } },
  { kind: 'pass', round: word, last: word === 1 },
  { kind: 'ack', flow: word, number: 1 },
  { kind: 'push', flow: 1, number: word, round: 2, mass: word, worth: 0, bytes },
  { kind: 'push', flow: word, number: 1, round: word, mass: 2 ** 48 - 1 - word, worth: word, bytes }
])

test('should give back every message as it was', (t) => {
  for (const message of messages) {
    const { kind, channel, body } = codec.encode(message)
    t.deepEqual(codec.decode(kind, channel, body), message, JSON.stringify(message))
    t.true(body.byteLength <= codec.maxBody, message.kind)
  }
})

test('should never throw on damaged bytes, and read nothing in two ways', (t) => {
  const random = seeded(3)
  let accepted = 0
  for (let i = 0; i < 5000; i++) {
    const { kind, channel, body } = codec.encode(messages[random.integer(messages.length)]!)
    let damaged = new Uint8Array(body)
    for (let flips = random.integer(4); flips > 0; flips--) {
      const at = random.integer(damaged.length)
      damaged[at] = damaged[at]! ^ (1 << random.integer(8))
    }
    const harm = random.integer(6)
    if (harm === 0) damaged = damaged.slice(0, random.integer(damaged.length + 1))
    if (harm === 1) damaged = new Uint8Array([...damaged, random.integer(256)])
    const decoded = codec.decode(
      harm === 2 ? random.integer(256) : kind,
      harm === 3 ? CHANNELS[random.integer(2)]! : channel,
      damaged
    )
    if (decoded.kind === 'rejected') continue
    accepted++
    const again = codec.encode(decoded)
    t.deepEqual(again.body, damaged)
    t.deepEqual(codec.decode(again.kind, again.channel, again.body), decoded)
  }
  t.true(accepted > 1000, `${accepted}`)
})

test('should keep nothing of the bytes it was given', (t) => {
  const { kind, channel, body } = codec.encode(messages.at(-1)!)
  for (const given of [new Uint8Array(body), Buffer.from(body)]) {
    const message = codec.decode(kind, channel, given)
    const before = structuredClone(message)
    given.fill(0)
    t.deepEqual(structuredClone(message), before)
  }
})

const longer = (body: Uint8Array): Uint8Array => new Uint8Array([...body, 0])
const shorter = (body: Uint8Array): Uint8Array => body.subarray(0, body.length - 1)

test('should say why it does not take a message', (t) => {
  const reasonOf = (kind: number, channel: 'control' | 'bulk', body: Uint8Array) => {
    const message = codec.decode(kind, channel, body)
    return message.kind === 'rejected' ? message.reason : null
  }
  for (const message of messages) {
    const { kind, channel, body } = codec.encode(message)
    t.is(reasonOf(kind, channel, longer(body)), 'body', message.kind)
    t.is(reasonOf(kind, channel, shorter(body)), 'body', message.kind)
    t.is(reasonOf(kind, channel, new Uint8Array()), 'body', message.kind)
    t.is(reasonOf(kind, channel === 'bulk' ? 'control' : 'bulk', body), 'kind', message.kind)
    t.is(reasonOf(63, channel, body), 'kind', message.kind)
  }
  const { channel, body } = codec.encode(messages[0]!)
  const flagged = new Uint8Array(body)
  flagged[4] = 4
  t.is(reasonOf(KIND.hello, channel, flagged), 'body')
  // Without the flag there is nothing that was heard.
  const unflagged = new Uint8Array(body)
  unflagged[8] = 1
  t.is(reasonOf(KIND.hello, channel, unflagged), 'body')
})
