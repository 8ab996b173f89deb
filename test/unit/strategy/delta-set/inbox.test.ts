import test from 'ava'
import { readHead } from '../../../../src/strategy/delta-set/body.ts'
import { HeldDeltas } from '../../../../src/strategy/delta-set/held-deltas.ts'
import { Inbox } from '../../../../src/strategy/delta-set/inbox.ts'
import type { Delta } from '../../../../src/strategy/delta-set/kinds.ts'
import { Author, bodyOf } from './author.ts'
import { MANIFEST } from './tiny.ts'

interface Box {
  readonly inbox: Inbox
  readonly set: HeldDeltas
  take(delta: Delta, from?: string | null): boolean
}

const box = (maxBytes = 1e6): Box => {
  const set = new HeldDeltas(1e6)
  const inbox = new Inbox(MANIFEST, set, maxBytes)
  return {
    inbox,
    set,
    take: (delta, from = 'b') => {
      const head = readHead(delta.body)
      return typeof head !== 'string' && inbox.take({ delta, head, from })
    }
  }
}

test('should ask for the run that follows the head, with digests made along the chain', (t) => {
  const { inbox, take } = box()
  const author = new Author('o').signMany(5)
  for (const seq of [2, 1, 4]) t.true(take(author.deltas[seq - 1]!))
  const claims = inbox.claims()
  t.deepEqual(
    claims.map(({ signer, digest, signature }) => ({ signer, digest, signature })),
    [1, 2].map((seq) => ({
      signer: 'o',
      digest: author.digest(seq),
      signature: author.deltas[seq - 1]!.signature
    }))
  )
  // Until it is answered nothing more is asked of this origin.
  t.true(take(author.deltas[2]!))
  t.deepEqual(inbox.claims(), [])
})

test('should answer questions in their order, and free their places', (t) => {
  const { inbox, set, take } = box()
  const [a, b] = [new Author('a').signMany(2), new Author('b').signMany(1)]
  take(a.deltas[0]!)
  t.is(inbox.claims().length, 1)
  take(b.deltas[0]!)
  t.is(inbox.claims().length, 1)
  const [first] = inbox.answered()
  t.is(first?.origin, 'a')
  t.false(inbox.has('a', 1))
  set.add(first!)
  t.is(inbox.answered()[0]?.origin, 'b')
  t.deepEqual(inbox.answered(), [])
  take(a.deltas[1]!)
  t.deepEqual(inbox.claims()[0]?.digest, a.digest(2))
})

test('should refuse what is old, there already, or more than 64 ahead', (t) => {
  const { inbox, set, take } = box()
  const author = new Author('o').signMany(70)
  t.true(take(author.deltas[63]!))
  t.false(take(author.deltas[63]!))
  t.false(take(author.deltas[65]!))
  t.true(take(author.deltas[0]!))
  inbox.claims()
  set.add(inbox.answered()[0]!)
  t.false(take(author.deltas[0]!))
  // The own past has no gap that would be too large: it comes from this peer's own disk.
  t.true(take(author.deltas[69]!, null))
})

test('should hold no more bytes than it may, but always take the next in line', (t) => {
  const { take } = box(3 * bodyOf().length)
  const author = new Author('o').signMany(9)
  t.deepEqual(
    [2, 3, 4, 5, 6].map((seq) => take(author.deltas[seq - 1]!)),
    [true, true, true, false, false]
  )
  t.true(take(author.deltas[0]!))
  const other = new Author('p').signMany(2)
  t.false(take(other.deltas[1]!))
  t.true(take(other.deltas[0]!))
})

test('should free the bytes of what has been dropped', (t) => {
  const { inbox, take } = box(2 * bodyOf().length)
  const author = new Author('o').signMany(9)
  t.true(take(author.deltas[2]!) && take(author.deltas[5]!))
  t.false(take(author.deltas[6]!))
  inbox.drop('o', 4)
  t.deepEqual([inbox.has('o', 3), inbox.has('o', 6)], [true, false])
  t.true(take(author.deltas[6]!))
})

test('should not take what a proof has closed', (t) => {
  const { set, take } = box()
  const author = new Author('o').signMany(4)
  set.close('o', 3)
  t.deepEqual(
    author.deltas.map((delta) => take(delta)),
    [true, true, false, false]
  )
})
