/** Which of two replicas a peer is better off with, and which deltas go with it. */
import test from 'ava'
import { writeBody } from '../../../../src/strategy/delta-set/body.ts'
import { digestOf, GENESIS, hashOf } from '../../../../src/strategy/delta-set/chain.ts'
import { type HeldDelta, HeldDeltas } from '../../../../src/strategy/delta-set/held-deltas.ts'
import { type Cut, cutOf } from '../../../../src/strategy/delta-set/snapshot/cut.ts'
import { compareWith, isBetter } from '../../../../src/strategy/delta-set/snapshot/merit.ts'
import { reach } from '../../../../src/strategy/delta-set/snapshot/reach.ts'

const MANIFEST = 'ab'.repeat(32)
const ALL = new Set(['a', 'b', 'c', 'd'])

/** An origin's deltas with these numbers, each following the one before, or the number of `after`. */
const chain = (
  origin: string,
  numbers: readonly number[],
  after: { readonly seq: number; readonly digest: Uint8Array<ArrayBuffer> } = {
    seq: 0,
    digest: GENESIS
  }
): HeldDelta[] => {
  let { seq: base, digest: previous } = after
  return numbers.map((seq) => {
    const head = {
      last: false,
      samples: 10,
      steps: 1,
      stepMs: 1,
      loss: null,
      weight: 1,
      halvings: 0
    }
    const body = writeBody(head, new Uint8Array(20), seq - base - 1)
    const bodyHash = hashOf(body)
    const digest = digestOf(MANIFEST, { origin, seq, previous, bodyHash })
    const delta = {
      origin,
      seq,
      signature: new Uint8Array(64),
      body,
      head,
      previous,
      bodyHash,
      digest
    }
    base = seq
    previous = digest
    return delta
  })
}

const holding = (deltas: readonly HeldDelta[], maxBytes = 1e6): HeldDeltas => {
  const held = new HeldDeltas(maxBytes)
  for (const delta of deltas) held.add(delta)
  return held
}

const a = chain('a', [1, 2, 3, 4, 5, 6])
const b = chain('b', [1, 2, 3, 4, 5, 6])

test('should find a cut in reach as long as the log leads back to it', (t) => {
  const whole = holding([...a, ...b])
  t.is(reach(whole, cutOf(holding([...a.slice(0, 2), ...b.slice(0, 5)]))), 'reached')
  t.is(reach(whole, new Map()), 'reached')
  t.is(reach(holding(a), cutOf(whole)), 'behind')
  const [one] = a
  const pruned = holding([...a, ...b], 4 * one!.body.length)
  t.is(reach(pruned, cutOf(holding([...a, ...b.slice(0, 2)]))), 'reached')
  t.is(reach(pruned, cutOf(holding([...a, ...b.slice(0, 1)]))), 'pruned')
  const other = new Map([...cutOf(whole)].map(([o, e]) => [o, { ...e, digest: GENESIS }] as const))
  t.is(reach(whole, other), 'differs')
})

test('should take deltas back to where an origin has gone on, and no further than it remembers', (t) => {
  const held = holding(a)
  t.deepEqual(
    held.above('a', 3)?.map(({ seq }) => seq),
    [6, 5, 4]
  )
  t.is(held.digestAt('a', 3), a[3]!.previous)
  const gone = held.takeBack('a', 3)
  t.deepEqual(
    gone?.map(({ seq }) => seq),
    [6, 5, 4]
  )
  t.is(held.seq('a'), 3)
  t.is(held.samples, 30)
  const [leap] = chain('a', [7], held.position('a'))
  held.add(leap!)
  t.is(held.seq('a'), 7)
  t.is(held.samplesOf('a'), 40)
  // Whoever asks for a void number gets the delta that stands for it.
  t.is(held.following('a', 5), leap)
  t.is(held.following('a', 3), a[2])
  t.is(held.above('a', 5), null, 'there is no number 5 any more')
  t.is(held.digestAt('a', 5), undefined)
  t.deepEqual(held.above('a', 2), [leap!, a[2]!])
  const short = holding(a, 2 * a[0]!.body.length)
  t.is(short.takeBack('a', 3), null)
  t.is(short.seq('a'), 6)
})

test('should be without history after a restore, and go on from there', (t) => {
  const held = holding([...a, ...b])
  const cut = cutOf(holding([...a.slice(0, 4), ...b.slice(0, 1)]))
  held.restore(cut)
  t.deepEqual(cutOf(held), cut)
  t.is(held.samples, 50)
  t.is(held.floor('a'), 4)
  t.is(held.get('a', 4), undefined)
  for (const delta of a.slice(4)) held.add(delta)
  t.is(held.seq('a'), 6)
  t.deepEqual(held.above('a', 4), [a[5]!, a[4]!])
})

test('should take what loses nothing, and keep what the log has beyond it', (t) => {
  const held = holding([...a.slice(0, 3), ...b])
  const cut = cutOf(holding([...a, ...b.slice(0, 4)]))
  const comparison = compareWith(held, cut, ALL)
  t.deepEqual(comparison.lost, [])
  t.deepEqual(comparison.kept, b.slice(4))
  t.true(isBetter(comparison))
  t.false(isBetter(compareWith(holding([...a, ...b]), cut, ALL)), 'nothing new')
})

/** Two sides of a partition, each with so many deltas of its own, of which one is remembered. */
const sides = (first: number, second: number): { held: HeldDeltas; cut: Cut; back: boolean } => {
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)
  const left = chain('a', numbers(first))
  const right = chain('b', numbers(second))
  const size = left[0]!.body.length
  const held = holding(left, size)
  const other = holding(right, size)
  const back = isBetter(compareWith(other, cutOf(held), ALL))
  return { held, cut: cutOf(other), back }
}

test('should let the side with clearly more samples win, seen from either', (t) => {
  for (const [first, second, wins] of [
    [10, 21, true],
    [21, 10, false]
  ] as const) {
    const { held, cut, back } = sides(first, second)
    const comparison = compareWith(held, cut, ALL)
    t.is(comparison.lostSamples, 10 * first)
    t.is(comparison.gainedSamples, 10 * second)
    t.is(isBetter(comparison), wins)
    t.is(back, !wins)
  }
})

test('should let the side of the first name win where both have about as many, seen from either', (t) => {
  for (const [first, second] of [
    [10, 10],
    [10, 19],
    [19, 10]
  ] as const) {
    const { held, cut, back } = sides(first, second)
    t.false(isBetter(compareWith(held, cut, ALL)), 'a is the first name')
    t.true(back)
  }
})

test('should not count what may still come as a side of a partition', (t) => {
  const { cut } = sides(10, 50)
  const { held } = sides(10, 50)
  t.true(isBetter(compareWith(held, cut, ALL)))
  t.false(isBetter(compareWith(held, cut, new Set())))
})
