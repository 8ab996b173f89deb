/** Whatever comes in: no exception, and one way only to write what is accepted. */
import test from 'ava'
import { type Random, seeded } from '../../../../src/random.ts'
import type { Message } from '../../../../src/strategy/delta-set/kinds.ts'
import { Author } from './author.ts'
import { hex } from './bytes.ts'
import { tinyStrategy } from './tiny.ts'

const { codec } = tinyStrategy(4, 10)
const author = new Author('o').signMany(2)
const [delta] = author.deltas
const [first, second] = author.statements as [
  (typeof author.statements)[number],
  (typeof author.statements)[number]
]

const MESSAGES: readonly Message[] = [
  { kind: 'names', channel: 'control', first: 3, names: ['a', 'ü', 'long'.repeat(20)] },
  {
    kind: 'have',
    holdings: [
      { origin: 1, seq: 300, floor: 7, tag: 1 },
      { origin: 4095, seq: 0, floor: 0, tag: 2 ** 32 - 1 }
    ]
  },
  { kind: 'want', ranges: [{ origin: 0, from: 1, count: 32 }] },
  { kind: 'delta', origin: 2, seq: 1, signature: delta!.signature, body: delta!.body },
  { kind: 'ask-statement', origin: 0, seq: 2 ** 40 },
  { kind: 'statement', origin: 0, statement: first },
  { kind: 'proof', origin: 0, seq: 2, statements: [second, { ...first, seq: 2 }] }
]

for (const message of MESSAGES) {
  test(`should read back ${message.kind}, from bytes at any offset, into memory of its own`, (t) => {
    const { kind, channel, body } = codec.encode(message)
    t.true(body.length <= codec.maxBody)
    const around = new Uint8Array(body.length + 7).fill(255)
    around.set(body, 3)
    const read = codec.decode(kind, channel, around.subarray(3, 3 + body.length))
    t.deepEqual(read, message)
    around.fill(0)
    t.deepEqual(read, message)
  })
}

/** Cut, lengthened, bits flipped, bytes moved, or noise. */
const damaged = (bytes: Uint8Array, random: Random): Uint8Array => {
  const kind = random.integer(6)
  if (kind === 0) return bytes.slice(0, random.integer(bytes.length))
  if (kind === 1) return Uint8Array.of(...bytes, random.integer(256))
  const copy = bytes.slice()
  if (kind === 2) return copy.map(() => random.integer(256))
  for (let flips = 1 + random.integer(3); flips > 0; flips--) {
    // The front holds counts and numbers.
    const reach = random.integer(2) === 0 ? Math.min(8, copy.length) : copy.length
    copy[random.integer(reach)]! ^= 1 << random.integer(8)
  }
  return copy
}

test('should never throw, and accept only what it would have written itself', (t) => {
  const random = seeded(1).fork('damage')
  let accepted = 0
  for (let trial = 0; trial < 100_000; trial++) {
    const { kind, channel, body } = codec.encode(MESSAGES[trial % MESSAGES.length]!)
    const bytes = damaged(body, random)
    const message = codec.decode(kind, channel, bytes)
    if (message.kind === 'rejected') continue
    accepted++
    if (hex(codec.encode(message).body) !== hex(bytes)) t.fail(`trial ${trial}: ${hex(bytes)}`)
  }
  t.true(accepted > 1000, 'no damaged message passed: the fuzzer never reached the fields')
})

test('should not allocate for numbers that are only announced', (t) => {
  // 256 names, holdings or ranges of which none follows; a name of 128 bytes of which none follows.
  for (const kind of [1, 2, 3]) {
    t.is(codec.decode(kind, 'control', Uint8Array.of(0, 0x80, 0x02)).kind, 'rejected')
    t.is(codec.decode(kind, 'control', Uint8Array.of(0x80, 0x02)).kind, 'rejected')
  }
  t.is(codec.decode(1, 'control', Uint8Array.of(0, 1, 0x80, 0x01)).kind, 'rejected')
})
