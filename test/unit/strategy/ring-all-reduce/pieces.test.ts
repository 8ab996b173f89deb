/** The small parts: chunks, shares, the order of pieces, views, states. Against closed forms. */
import test from 'ava'
import { seeded } from '../../../../src/random.ts'
import { type Ballot, decide } from '../../../../src/strategy/ring-all-reduce/decide.ts'
import { Feedback } from '../../../../src/strategy/ring-all-reduce/feedback.ts'
import { Geometry } from '../../../../src/strategy/ring-all-reduce/geometry.ts'
import { Incoming } from '../../../../src/strategy/ring-all-reduce/incoming.ts'
import type { Piece } from '../../../../src/strategy/ring-all-reduce/kinds.ts'
import { FIRST_MARK } from '../../../../src/strategy/ring-all-reduce/mark.ts'
import { Outgoing, sizeOf } from '../../../../src/strategy/ring-all-reduce/outgoing.ts'
import { sharesOf } from '../../../../src/strategy/ring-all-reduce/shares.ts'
import {
  bytesIn,
  parseState,
  readParts,
  stateParts
} from '../../../../src/strategy/ring-all-reduce/state-stream.ts'
import { isMajority, isQuorum, merged } from '../../../../src/strategy/ring-all-reduce/view.ts'

test('buckets should cover every element once, whatever the sizes', (t) => {
  for (const length of [0, 1, 3, 64, 1000]) {
    for (const members of [1, 2, 3, 7]) {
      const geometry = new Geometry(length, members, 16)
      const seen = new Uint8Array(length)
      for (let chunk = 0; chunk < members; chunk++) {
        for (let bucket = 0; bucket < geometry.buckets(chunk); bucket++) {
          const { from, to } = geometry.range(chunk, bucket)
          t.true(to - from <= 16)
          for (let i = from; i < to; i++) seen[i]! += 1
        }
      }
      t.true(
        seen.every((count) => count === 1),
        `${length} ${members}`
      )
    }
  }
})

test('shares should be as speeds are, one at least, and as many as there are batches', (t) => {
  t.deepEqual(sharesOf([10, 10, 10], 4), [4, 4, 4])
  t.deepEqual(sharesOf([0, 0], 3), [3, 3])
  t.deepEqual(sharesOf([10, 20, 20], 4), [6, 3, 3])
  t.deepEqual(sharesOf([1, 1000], 4), [7, 1])
  t.deepEqual(sharesOf([5, 50, 500], 1), [1, 1, 1])
  const random = seeded(1)
  for (let run = 0; run < 200; run++) {
    const paces = Array.from({ length: 1 + random.integer(9) }, () => 100 * random.next())
    const mean = 1 + random.integer(9)
    const shares = sharesOf(paces, mean)
    t.is(
      shares.reduce((a, b) => a + b, 0),
      mean * paces.length
    )
    t.true(Math.min(...shares) >= 1)
  }
})

const pieceOf = (seq: number, bytes: number): Piece => ({
  ...{ kind: 'piece', generation: 1, step: 0, seq, whole: false, chunk: 0, bucket: 0 },
  ...{ samples: 1, pace: 0, bytes: new Uint8Array(bytes) }
})

test('no more bytes should be under way than the window, and all come once, in order', (t) => {
  const random = seeded(4)
  const wire: Piece[] = []
  const window = 300
  const outgoing = new Outgoing(window, (piece) => wire.push(piece))
  const incoming = new Incoming(window)
  const got: number[] = []
  let pushed = 0
  let underWay = 0
  while (got.length < 300) {
    if (pushed < 300 && random.next() < 0.5) {
      const { kind: _, seq: __, ...piece } = pieceOf(0, 10 + random.integer(40))
      outgoing.push(piece)
      pushed++
    }
    underWay = Math.max(
      underWay,
      wire.reduce((sum, piece) => sum + sizeOf(piece), 0)
    )
    // Some are lost with their link, and everything after them.
    if (random.next() < 0.05) {
      wire.length = 0
      outgoing.again(incoming.done)
    }
    const next = random.next() < 0.2 ? wire.pop() : wire.shift()
    if (next !== undefined) incoming.offer(next)
    if (next !== undefined && random.next() < 0.2) incoming.offer(next)
    for (let piece = incoming.peek(); piece !== undefined; piece = incoming.peek()) {
      got.push(piece.seq)
      incoming.take()
      incoming.finished()
    }
    outgoing.took(incoming.done)
  }
  t.deepEqual(
    got,
    Array.from({ length: 300 }, (_, i) => i)
  )
  t.true(underWay <= window)
})

test('of two parts of a view one at the most should be a majority', (t) => {
  for (let members = 1; members <= 8; members++) {
    const names = Array.from({ length: members }, (_, i) => `p${i}`)
    for (let part = 0; part < 2 ** members; part++) {
      const here = new Set(names.filter((_, i) => (part & (1 << i)) !== 0))
      const there = new Set(names.filter((name) => !here.has(name)))
      t.is(isMajority(names, here), !isMajority(names, there))
    }
  }
})

test('a view that may have begun should count like one that has', (t) => {
  const first = { generation: 1, members: ['a', 'b', 'c', 'd', 'e'] }
  const second = { generation: 2, members: ['a', 'b', 'c'] }
  const knows = merged([
    { confirmed: first, attempts: [] },
    { confirmed: first, attempts: [second] }
  ])
  t.deepEqual(knows, { confirmed: first, attempts: [second] })
  t.false(isQuorum(knows, new Set(['c', 'd', 'e'])), 'the second may go on with a and b')
  t.true(isQuorum(knows, new Set(['b', 'c', 'd'])))
  const begun = merged([knows, { confirmed: second, attempts: [] }])
  t.deepEqual(begun, { confirmed: second, attempts: [] })
})

const ballot = (name: string, more: Partial<Ballot> = {}): Ballot => ({
  ...{ name, generation: 2, ring: 'r', confirmed: null, attempts: [], mark: FIRST_MARK },
  ...{ trains: true, leaving: false, pace: 0, busy: 0, linked: ['a', 'b', 'c'] },
  ...more
})

test('a vote should go for the furthest replica, and who lacks it should take it', (t) => {
  const confirmed = { generation: 1, members: ['a', 'b', 'c'] }
  const ahead = { ring: 'r', generation: 1, step: 5, samples: 9 }
  const plan = decide(
    [
      ballot('a', { confirmed }),
      ballot('b', { confirmed, mark: ahead }),
      ballot('c', { confirmed, leaving: true })
    ],
    { ring: 'r', fresh: 'f', split: false, patience: 100, gentle: false, barred: new Set() }
  )
  t.deepEqual(plan?.base, ahead)
  t.deepEqual(
    plan?.members.map(({ name }) => name),
    ['a', 'b']
  )
  t.deepEqual(plan?.sources, ['b', null])
  t.is(plan?.ring, 'r')
})

test('who lacks a link as a ring begins should have come too early, and a member have held others up', (t) => {
  const question = {
    fresh: 'f',
    split: false,
    patience: 100,
    gentle: false,
    barred: new Set<string>()
  }
  const votes = (more: Partial<Ballot>): Ballot[] => [
    ballot('a', more),
    ballot('b', { ...more, linked: ['a'] }),
    ballot('c', { ...more, linked: ['a'] }),
    ballot('d', { ...more, linked: ['a', 'b'] })
  ]
  const first = decide(votes({ ring: null }), { ring: null, ...question })
  t.deepEqual(first?.leftOut, [])
  t.deepEqual(
    first?.early,
    ['b', 'c', 'd'].filter((name) => !first!.members.some((m) => m.name === name))
  )
  t.true(first!.early.length > 0)
  const confirmed = { generation: 1, members: ['a', 'b', 'c', 'd'] }
  const later = decide(votes({ confirmed }), { ring: 'r', ...question })
  t.deepEqual(later?.early, [])
  t.deepEqual(later?.leftOut, first!.early)
})

test('a state should come back as it went, in pieces of any size, and nonsense as nothing', (t) => {
  const saved = {
    vectors: { replica: Float32Array.of(1, 2, 3), m: Float64Array.of(4), t: Int32Array.of(5, 6) },
    data: { name: 'adam', steps: 7 }
  }
  const parts = stateParts(saved)
  const total = bytesIn(parts)
  for (const size of [1, 3, 7, 1000]) {
    const whole = new Uint8Array(total)
    for (let at = 0; at < total; at += size) whole.set(readParts(parts, at, size), at)
    t.deepEqual(parseState(whole), saved)
    for (let cut = 0; cut < total; cut++) t.is(parseState(whole.slice(0, cut)), null)
  }
  t.is(parseState(new Uint8Array(100).fill(255)), null)
})

test('what codes lose should come with the next step, and a step made again should lose the same', (t) => {
  const feedback = new Feedback(4)
  const rounded = (values: Float32Array): Float32Array<ArrayBuffer> =>
    Float32Array.from(values, Math.round)
  let sent = 0
  for (let step = 0; step < 100; step++) {
    for (let again = 0; again < 3; again++) {
      const wanted = feedback.with(Float32Array.of(0.3), 2)
      const code = rounded(wanted)
      feedback.note(Float32Array.from(wanted), code, 2)
      if (again === 2) sent += code[0]!
    }
    feedback.stepped()
  }
  t.true(Math.abs(sent - 30) <= 1, `${sent}`)
})
