import test from 'ava'
import { none } from '../../../../src/compression/none.ts'
import { seeded } from '../../../../src/random.ts'
import { KIND, MAX_SAMPLES, ringCodec } from '../../../../src/strategy/ring-all-reduce/codec.ts'
import type { Message } from '../../../../src/strategy/ring-all-reduce/kinds.ts'
import { FIRST_MARK } from '../../../../src/strategy/ring-all-reduce/mark.ts'
import { MAX_ATTEMPTS } from '../../../../src/strategy/ring-all-reduce/view.ts'

const RING = '1122334455667788'
const codec = ringCodec(1024)
const mark = { ring: RING, generation: 3, step: 300, samples: 76_800 }
const code = none.encode(Float32Array.of(1, -0.5))

const bodyOf = (message: Message): Uint8Array => {
  const { body, tail = new Uint8Array() } = codec.encode(message)
  return new Uint8Array([...body, ...tail])
}

const read = (message: Message, body = bodyOf(message)) => {
  const { kind, channel } = codec.encode(message)
  return codec.decode(kind, channel, body)
}

const refused = (message: Message): boolean => read(message).kind === 'rejected'

const INSTALL: Extract<Message, { kind: 'install' }> = {
  ...{ kind: 'install', generation: 5, ring: RING, base: mark },
  members: [
    { name: 'a', trains: true, pace: 12.5 },
    { name: 'b', trains: false, pace: 0 }
  ],
  ...{ sources: [null, 'a'], confirmed: null, attempts: [] }
}
const PIECE: Extract<Message, { kind: 'piece' }> = {
  ...{ kind: 'piece', generation: 5, step: 300, seq: 17, chunk: 1, bucket: 2 },
  ...{ whole: false, samples: 96, pace: 12.5, bytes: code }
}
const VOTE: Extract<Message, { kind: 'vote' }> = {
  ...{ kind: 'vote', generation: 5, ring: RING, mark, trains: true, leaving: false },
  ...{ pace: 12.5, busy: 40, linked: ['b', 'c'] },
  confirmed: { generation: 3, members: ['a', 'b'] },
  attempts: [{ generation: 4, members: ['a', 'b', 'c'] }]
}

const MESSAGES: readonly Message[] = [
  { kind: 'status', ring: RING, view: 3, promised: 4, mark, trains: true, leaving: false },
  { kind: 'propose', generation: 5, ring: null, after: 300 },
  VOTE,
  INSTALL,
  { kind: 'ready', generation: 5, missing: 70_000 },
  { kind: 'begin', generation: 5 },
  PIECE,
  { kind: 'took', generation: 5, count: 18 },
  { kind: 'fetch', generation: 5, offset: 262_144 },
  { kind: 'state', generation: 5, total: 12, offset: 8, bytes: Uint8Array.of(1, 2, 3, 4) }
]

test('should read every kind of message as it was written', (t) => {
  t.deepEqual(MESSAGES.map(({ kind }) => kind).toSorted(), Object.keys(KIND).toSorted() as never)
  for (const message of MESSAGES) t.like(read(message), message)
})

test('should refuse what no peer of ours says', (t) => {
  t.true(refused({ ...INSTALL, members: INSTALL.members.toReversed() }), 'out of order')
  t.true(refused({ ...INSTALL, members: [INSTALL.members[0]!, INSTALL.members[0]!] }), 'one twice')
  t.true(refused({ ...INSTALL, sources: [null] }), 'a member without a source')
  t.true(refused({ ...INSTALL, ring: '0'.repeat(16) }), 'no ring')
  const nobody = { name: '', trains: true, pace: 0 }
  t.true(refused({ ...INSTALL, members: [nobody], sources: [null] }), 'a member without a name')
  t.true(refused({ ...PIECE, samples: -1 }))
  t.true(refused({ ...PIECE, samples: 0.5 }))
  t.true(refused({ ...PIECE, samples: 2 * MAX_SAMPLES }))
  t.true(refused({ ...PIECE, pace: Number.NaN }))
  t.true(refused({ ...PIECE, pace: -1 }))
  t.true(refused({ ...VOTE, linked: ['x'.repeat(129)] }), 'a long name')
  const many = Array.from({ length: MAX_ATTEMPTS + 1 }, (_, i) => ({ generation: i, members: [] }))
  t.true(refused({ ...VOTE, attempts: many }), 'too many attempts')
  const all = Array.from({ length: 129 }, (_, i) => `${i}`)
  t.true(refused({ ...VOTE, linked: all }), 'too many names')
})

test('should read no message whose end is missing, nor one that has more', (t) => {
  for (const message of MESSAGES) {
    const body = bodyOf(message)
    // What comes after the heads of these is as long as it is.
    const isOpen = message.kind === 'piece' || message.kind === 'state'
    const least = isOpen ? body.length - message.bytes.length : body.length
    for (let cut = 0; cut < least; cut++) {
      t.is(read(message, body.subarray(0, cut)).kind, 'rejected', `${message.kind}, ${cut} bytes`)
    }
    if (!isOpen) {
      t.is(read(message, new Uint8Array([...body, 0])).kind, 'rejected', `${message.kind} and more`)
    }
  }
})

test('should answer to every bit that is flipped with a message of one form, or none', (t) => {
  let believed = 0
  let refusals = 0
  for (const message of MESSAGES) {
    const body = bodyOf(message)
    for (let bit = 0; bit < 8 * body.length; bit++) {
      const changed = body.slice()
      changed[bit >> 3]! ^= 1 << (bit & 7)
      const decoded = read(message, changed)
      if (decoded.kind === 'rejected') {
        refusals++
        continue
      }
      believed++
      t.deepEqual(bodyOf(decoded as Message), changed, `${message.kind}, bit ${bit}`)
    }
  }
  t.true(believed > 100 && refusals > 100, `${believed} and ${refusals}`)
})

test('should neither throw nor believe random bytes', (t) => {
  const random = seeded(3)
  let believed = 0
  for (let i = 0; i < 20_000; i++) {
    const body = Uint8Array.from({ length: random.integer(60) }, () =>
      random.integer(3) === 0 ? random.integer(256) : random.integer(3)
    )
    for (const channel of ['control', 'bulk'] as const) {
      const message = codec.decode(random.integer(14), channel, body)
      if (message.kind === 'rejected') continue
      believed++
      t.deepEqual(bodyOf(message as Message), body, 'one message, one form')
    }
  }
  t.true(believed > 100, `${believed}`)
})

test('should not believe a list that says that it is long, nor make room for it', (t) => {
  // A vote: number, ring, mark, flags, pace, busy; then the number of names that it says follow.
  const head = bodyOf({ ...VOTE, linked: [], confirmed: null, attempts: [] }).subarray(0, -3)
  for (const count of [[255, 255, 255, 127], [129, 1], [128, 1], [100]]) {
    const body = new Uint8Array([...head, ...count])
    t.is(codec.decode(KIND.vote, 'control', body).kind, 'rejected', `${count}`)
  }
  const huge = new Uint8Array(codec.maxBody + 1)
  t.is(codec.decode(KIND.vote, 'control', huge).kind, 'rejected')
})

test('should fit the largest messages into what it says', (t) => {
  const names = Array.from({ length: 128 }, (_, i) => `${i}`.padStart(3, '0').padEnd(52, 'x'))
  const view = { generation: 2 ** 32 - 1, members: names }
  const attempts = Array.from({ length: MAX_ATTEMPTS }, () => view)
  const largest: Message[] = [
    { ...VOTE, linked: names, confirmed: view, attempts, mark: FIRST_MARK },
    { ...PIECE, bytes: new Uint8Array(1024) }
  ]
  for (const message of largest) {
    t.true(bodyOf(message).length <= codec.maxBody, `${message.kind} ${bodyOf(message).length}`)
    t.false(refused(message), message.kind)
  }
})
