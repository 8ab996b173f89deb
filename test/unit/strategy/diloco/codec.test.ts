import test from 'ava'
import { createCompressor } from '../../../../src/compression/index.ts'
import { none } from '../../../../src/compression/none.ts'
import { seeded } from '../../../../src/random.ts'
import { dilocoCodec, KIND } from '../../../../src/strategy/diloco/codec.ts'
import type { Message } from '../../../../src/strategy/diloco/kinds.ts'
import { MAX_PARTS, MAX_WEIGHT } from '../../../../src/strategy/diloco/limits.ts'
import { CHANNELS, type Channel } from '../../../../src/wire/link-end.ts'

const LENGTH = 6
const WORDS = [0, 1, 2 ** 31, 2 ** 32 - 1]
const values = Float32Array.from({ length: LENGTH }, (_, i) => (i - 2.5) * 10 ** i)
const raw = none.encode(values)
const longest = 'x'.repeat(100)

const messagesOf = (bytes: Uint8Array<ArrayBuffer>): Message[] =>
  WORDS.flatMap((word): Message[] => {
    const stance = { round: word, merit: 2 ** 32 - 1 - word, id: 'ffffffff00000000' }
    const base = word === 0 ? '0000000000000000' : 'fedcba9876543210'
    const part = { round: word, base, weight: 0.25, samples: word, bytes }
    return [
      { kind: 'hello', stance, trains: word === 0, joining: word === 1, leaving: word > 1 },
      {
        kind: 'close',
        stance,
        entries: [
          { origin: '!', round: word, base },
          { origin: longest, round: 0, base }
        ]
      },
      { kind: 'want', origin: longest, round: word, base },
      { kind: 'ask' },
      { kind: 'part', stance, origin: null, part },
      { kind: 'part', stance, origin: longest, part: { ...part, weight: MAX_WEIGHT } },
      { kind: 'state', stance, samples: 2 ** 48 - 1 - word, vector: 'momentum', bytes: raw },
      { kind: 'state', stance, samples: word, vector: 'parameters', bytes: raw }
    ]
  })

for (const name of ['none', 'int8'] as const) {
  const compressor = createCompressor({ name })
  const codec = dilocoCodec(compressor, LENGTH)
  const messages = messagesOf(compressor.encode(values))

  test(`should give back every message as it was, with ${name}`, (t) => {
    for (const message of messages) {
      const { kind, channel, body } = codec.encode(message)
      t.deepEqual(codec.decode(kind, channel, body), message, JSON.stringify(message))
      t.true(body.byteLength <= codec.maxBody, message.kind)
    }
  })

  test(`should never throw on damaged bytes, and read nothing in two ways, with ${name}`, (t) => {
    const random = seeded(3).fork(name)
    let accepted = 0
    for (let i = 0; i < 6000; i++) {
      const { kind, channel, body } = codec.encode(messages[random.integer(messages.length)]!)
      let damaged = new Uint8Array(body)
      for (let flips = body.length === 0 ? 0 : random.integer(4); flips > 0; flips--) {
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
}

const codec = dilocoCodec(none, LENGTH)
const messages = messagesOf(raw)
const stance = { round: 1, merit: 2, id: '0000000000000003' }

const reasonOf = (kind: number, channel: Channel, body: Uint8Array): string | null => {
  const message = codec.decode(kind, channel, body)
  return message.kind === 'rejected' ? message.reason : null
}

test('should keep nothing of the bytes it was given', (t) => {
  for (const original of messages) {
    const { kind, channel, body } = codec.encode(original)
    for (const given of [new Uint8Array(body), Buffer.from(body)]) {
      const message = codec.decode(kind, channel, given)
      const before = structuredClone(message)
      given.fill(0)
      t.deepEqual(structuredClone(message), before)
    }
  }
})

test('should say why it does not take a message', (t) => {
  for (const message of messages) {
    const { kind, channel, body } = codec.encode(message)
    const last = message.kind === 'part' || message.kind === 'state' ? 'values' : 'body'
    t.is(reasonOf(kind, channel, new Uint8Array([...body, 0])), last, message.kind)
    t.is(reasonOf(kind, channel === 'bulk' ? 'control' : 'bulk', body), 'kind', message.kind)
    t.is(reasonOf(63, channel, body), 'kind', message.kind)
    if (message.kind !== 'ask') t.not(reasonOf(kind, channel, body.subarray(0, -1)), null)
  }
})

test('should take no weight that is none, and no close that is out of order', (t) => {
  const part = { round: 1, base: stance.id, weight: 1, samples: 1, bytes: raw }
  for (const weight of [0, -1, Number.NaN, Infinity, 2 * MAX_WEIGHT]) {
    const message: Message = { kind: 'part', stance, origin: null, part: { ...part, weight } }
    const { kind, channel, body } = codec.encode(message)
    t.is(reasonOf(kind, channel, body), 'weight', `${weight}`)
  }
  const infinite = none.encode(values)
  infinite.set([0, 0, 0x80, 0x7f], 4)
  const { body } = codec.encode({
    kind: 'part',
    stance,
    origin: null,
    part: { ...part, bytes: infinite }
  })
  t.is(reasonOf(KIND.part, 'bulk', body), 'values')
  const closeOf = (...origins: string[]): string | null => {
    const entries = origins.map((origin) => ({ origin, round: 1, base: stance.id }))
    return reasonOf(KIND.close, 'control', codec.encode({ kind: 'close', stance, entries }).body)
  }
  t.is(closeOf('a', 'b'), null)
  t.is(closeOf('b', 'a'), 'body')
  t.is(closeOf('a', 'a'), 'body')
  t.is(closeOf(), 'body')
  t.is(closeOf('a', ''), 'body')
  t.is(closeOf('a\u0007'), 'body')
  const many = Array.from({ length: MAX_PARTS + 1 }, (_, i) => `p${String(i).padStart(5, '0')}`)
  t.is(closeOf(...many), 'body')
  t.is(closeOf(...many.slice(1)), null)
})
