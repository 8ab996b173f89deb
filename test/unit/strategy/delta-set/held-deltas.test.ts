import test from 'ava'
import { payloadOf, readHead } from '../../../../src/strategy/delta-set/body.ts'
import { GENESIS } from '../../../../src/strategy/delta-set/chain.ts'
import { type HeldDelta, HeldDeltas } from '../../../../src/strategy/delta-set/held-deltas.ts'
import { Statements } from '../../../../src/strategy/delta-set/statements.ts'
import { Author, bodyOf } from './author.ts'

/** As the inbox would have checked it. */
const held = (author: Author, seq: number): HeldDelta => {
  const delta = author.deltas[seq - 1]!
  const head = readHead(delta.body)
  if (typeof head === 'string') throw new Error(head)
  const { previous, bodyHash } = author.statements[seq - 1]!
  return { ...delta, head, previous, bodyHash, digest: author.digest(seq) }
}

/** All of the authors' deltas, in turn. */
const setOf = (maxBytes: number, ...authors: readonly Author[]): HeldDeltas => {
  const set = new HeldDeltas(maxBytes)
  const most = Math.max(...authors.map(({ deltas }) => deltas.length))
  for (let seq = 1; seq <= most; seq++) {
    for (const author of authors) if (seq <= author.deltas.length) set.add(held(author, seq))
  }
  return set
}

const BODY = bodyOf().length

test('should know where every origin stands, and begin at the genesis', (t) => {
  const [a, b] = [new Author('a').signMany(3), new Author('b').signMany(1)]
  const set = setOf(1e6, a, b)
  t.deepEqual([...set.origins()], ['a', 'b'])
  t.deepEqual(set.position('a'), { seq: 3, digest: a.digest(3) })
  t.deepEqual(set.position('c'), { seq: 0, digest: GENESIS })
  t.is(set.get('a', 2)?.seq, 2)
  t.is(set.get('a', 4), undefined)
  t.deepEqual(set.digestAt('a', 2), a.digest(2))
  t.deepEqual(set.digestAt('a', 0), GENESIS)
  t.is(set.digestAt('a', 4), undefined)
})

test('should forget the oldest first, and say from where on it can serve', (t) => {
  const [a, b] = [new Author('a').signMany(4), new Author('b').signMany(4)]
  const set = setOf(5 * BODY, a, b)
  // Eight have come in turn, five have room.
  t.deepEqual([set.floor('a'), set.floor('b')], [2, 1])
  t.is(set.get('a', 2), undefined)
  t.is(set.get('b', 2)?.seq, 2)
  t.is(set.seq('a'), 4)
  t.is(set.samples, 8)
})

test('should keep the newest delta however large it is', (t) => {
  const set = setOf(1, new Author('a').signMany(3))
  t.is(set.get('a', 3)?.seq, 3)
  t.is(set.floor('a'), 2)
})

test('should give back what follows a closed number, with its rows, and never take it again', (t) => {
  const a = new Author('a').signMany(5)
  const set = setOf(1e6, a, new Author('b').signMany(2))
  t.deepEqual(
    set.close('a', 3)?.map(({ seq }) => seq),
    [3, 4, 5]
  )
  t.deepEqual(set.position('a'), { seq: 2, digest: a.digest(2) })
  t.is(set.last('a'), 2)
  t.is(set.samples, 4)
  t.is(set.samplesOf('a'), 2)
  t.is(set.get('a', 4), undefined)
  // A lower number takes back more; a higher one, or one that is not there yet, nothing.
  t.deepEqual(
    set.close('a', 1)?.map(({ seq }) => seq),
    [1, 2]
  )
  t.deepEqual(set.position('a'), { seq: 0, digest: GENESIS })
  t.deepEqual(set.close('b', 3), [])
  t.is(set.samples, 2)
})

test('should change nothing but the limit when what is to be given back has been forgotten', (t) => {
  const set = setOf(2 * BODY, new Author('a').signMany(5))
  t.is(set.floor('a'), 3)
  t.is(set.close('a', 3), null)
  t.is(set.seq('a'), 5)
  t.is(set.samples, 5)
  t.is(set.last('a'), 2)
  t.is(set.close('a', 4)?.length, 2)
})

test('should make room when deltas are given back', (t) => {
  const [a, b] = [new Author('a').signMany(3), new Author('b').signMany(3)]
  const set = setOf(3 * BODY, a)
  set.close('a', 1)
  for (let seq = 1; seq <= 3; seq++) set.add(held(b, seq))
  t.is(set.floor('b'), 0)
})

test('should admit 4095 origins, and those it knows', (t) => {
  const set = new HeldDeltas(1e9)
  for (let i = 0; i < 4095; i++) set.add(held(new Author(`o${i}`).signMany(1), 1))
  t.true(set.admits('o0'))
  t.false(set.admits('x'))
})

test('should cut bodies into head and payload without a copy', (t) => {
  const body = bodyOf({ payload: [1, 0, 0] })
  t.deepEqual([...payloadOf(body)], [1, 0, 0])
  t.is(payloadOf(body).buffer, body.buffer)
})

test('should keep statements longer than deltas, and the newest of each origin for ever', (t) => {
  const statements = new Statements()
  const quiet = new Author('quiet').signMany(3)
  for (let seq = 1; seq <= 3; seq++) statements.remember(held(quiet, seq))
  const loud = new Author('loud').signMany(5000)
  for (let seq = 1; seq <= 5000; seq++) statements.remember(held(loud, seq))
  t.is(statements.get('quiet', 2), undefined)
  t.like(statements.get('quiet', 3), quiet.statements[2]!)
  t.is(statements.from('quiet', 1)?.seq, 3)
  t.is(statements.get('loud', 5000 - 4096 - 1), undefined)
  t.is(statements.from('loud', 1)?.seq, 5000 - 4096)
  t.is(statements.from('loud', 4999)?.seq, 4999)
  t.is(statements.from('loud', 5001), undefined)
  t.is(statements.from('nobody', 1), undefined)
})

test('should keep the first statement of a number', (t) => {
  const statements = new Statements()
  const author = new Author('a')
  const twin = author.twin()
  author.sign()
  twin.sign(bodyOf({ samples: 9 }))
  statements.remember(held(author, 1))
  statements.remember(held(twin, 1))
  t.deepEqual(statements.get('a', 1)?.digest, author.digest(1))
})
