import test from 'ava'
import { topK } from '../../../../src/compression/top-k.ts'
import { seeded } from '../../../../src/random.ts'
import { KIND, serverCodec } from '../../../../src/strategy/parameter-server/codec.ts'
import type { Message } from '../../../../src/strategy/parameter-server/kinds.ts'

const LENGTH = 50
const compressor = topK(0.2, 4)
const codec = serverCodec(compressor, [
  { from: 0, to: LENGTH },
  { from: LENGTH, to: 2 * LENGTH }
])
const code = compressor.encode(Float32Array.from({ length: LENGTH }, (_, i) => Math.sin(i)))
const life = 5

const refused = (message: Message): boolean => {
  const { kind, channel, body } = codec.encode(message)
  return codec.decode(kind, channel, body).kind === 'rejected'
}

const PUSH = { kind: 'push', shard: 0, life, seq: 1, base: 0, weight: 3, bytes: code } as const

test('should refuse what no peer of ours says', (t) => {
  t.false(refused(PUSH))
  t.true(refused({ ...PUSH, shard: 2 }), 'there is no such shard')
  t.true(refused({ ...PUSH, seq: 0 }), 'numbers begin with 1')
  t.true(refused({ ...PUSH, weight: 0 }), 'an update of no examples')
  t.true(refused({ ...PUSH, bytes: new Uint8Array() }), 'examples without an update')
  t.true(refused({ ...PUSH, bytes: code.slice(1) }), 'no code')
  const settle = { kind: 'settle', shard: 0, term: 1 } as const
  t.false(refused({ ...settle, group: ['a', 'b'] }))
  t.true(refused({ ...settle, group: [] }), 'nobody serves')
  t.true(refused({ ...settle, group: ['a', 'a'] }), 'one serves twice')
  t.true(refused({ ...settle, group: Array.from({ length: 9 }, (_, i) => `${i}`) }), 'too many')
  t.true(refused({ ...settle, group: ['x'.repeat(129)] }), 'a long name')
  const state = { kind: 'state', shard: 0, term: 1, op: 1, steps: 1 } as const
  const vector = new Uint8Array(4 * LENGTH)
  t.false(refused({ ...state, piece: 1, pieces: 3, bytes: vector }))
  t.true(refused({ ...state, piece: 3, pieces: 3, bytes: vector }), 'beyond the last')
  t.true(refused({ ...state, piece: 1, pieces: 3, bytes: vector.slice(1) }), 'too short')
  t.true(refused({ ...state, piece: 0, pieces: 3, bytes: new Uint8Array(1 << 20) }), 'a huge table')
  const word = { late: false, rests: false }
  const params = { kind: 'params', shard: 0, life, seq: 1, version: 1, round: 1, ...word } as const
  t.true(refused({ ...params, bytes: vector.slice(4) }))
})

test('should fit the largest messages into what it says', (t) => {
  const names = Array.from({ length: 8 }, (_, i) => `${i}`.repeat(128))
  const largest: Message[] = [
    { kind: 'lead', shard: 0, term: 2 ** 32 - 1, over: true, group: names },
    { ...PUSH, seq: Number.MAX_SAFE_INTEGER, base: Number.MAX_SAFE_INTEGER },
    {
      kind: 'append',
      shard: 0,
      term: 1,
      n: Number.MAX_SAFE_INTEGER,
      op: { ...PUSH, peer: names[0]! }
    }
  ]
  for (const message of largest) {
    t.true(codec.encode(message).body.byteLength <= codec.maxBody, message.kind)
  }
})

test('should neither throw nor believe random bytes', (t) => {
  const random = seeded(3)
  let believed = 0
  for (let i = 0; i < 20_000; i++) {
    const body = Uint8Array.from({ length: random.integer(60) }, () =>
      random.integer(3) === 0 ? random.integer(256) : random.integer(3)
    )
    const kind = random.integer(20)
    for (const channel of ['control', 'bulk'] as const) {
      const message = codec.decode(kind, channel, body)
      if (message.kind === 'rejected') continue
      believed++
      const again = codec.encode(message as Message)
      t.deepEqual([...again.body], [...body], 'one message, one form')
    }
  }
  t.true(believed > 100, `${believed}`)
  t.is(Object.keys(KIND).length, new Set(Object.values(KIND)).size)
})
