import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { Membership } from '../../../src/swarm/membership.ts'

const SILENCE = 5 * 60_000

test('should begin with those its config names', (t) => {
  t.deepEqual(new Membership([]).others, [])
  t.deepEqual(new Membership(['b', 'a', 'b']).others, ['a', 'b'])
})

test('should take in who is heard, once', (t) => {
  const membership = new Membership(['b'])
  t.true(membership.present('a', 0))
  t.deepEqual(membership.others, ['a', 'b'])
  t.false(membership.present('a', 10))
  t.false(membership.present('b', 10), 'a configured peer is a member already')
})

test('should drop who falls silent for five minutes, and take it in again', (t) => {
  const membership = new Membership([])
  membership.present('a', 1000)
  t.false(membership.expire(1000 + SILENCE - 1))
  t.deepEqual(membership.others, ['a'])
  t.true(membership.expire(1000 + SILENCE))
  t.deepEqual(membership.others, [])
  t.false(membership.expire(1000 + 2 * SILENCE), 'it cannot leave twice')
  t.true(membership.present('a', 9 * SILENCE))
})

test('should count silence from the last word', (t) => {
  const membership = new Membership([])
  for (let at = 0; at <= 3 * SILENCE; at += SILENCE - 1) {
    membership.present('a', at)
    t.false(membership.expire(at + SILENCE - 1), `at ${at}`)
  }
})

test('should keep those its config names, however silent', (t) => {
  const membership = new Membership(['a'])
  membership.present('a', 0)
  t.false(membership.expire(100 * SILENCE))
  t.deepEqual(membership.others, ['a'])
})

test('should drop all who are silent at once and say so once', (t) => {
  const membership = new Membership(['x'])
  for (const peer of ['a', 'b', 'x']) membership.present(peer, 0)
  membership.present('c', 1)
  t.true(membership.expire(SILENCE))
  t.deepEqual(membership.others, ['c', 'x'])
})

test('should agree with a list of last words, whatever happens', (t) => {
  const random = seeded(3)
  const membership = new Membership(['p0', 'p1'])
  const heard = new Map<string, number>()
  const members = () => new Set(['p0', 'p1', ...heard.keys()])
  let now = 0
  for (let i = 0; i < 3000; i++) {
    now += random.integer(SILENCE / 5)
    const before = [...members()].sort()
    let changed: boolean
    if (random.integer(3) === 0) {
      for (const [peer, at] of heard) if (now - at >= SILENCE) heard.delete(peer)
      changed = membership.expire(now)
    } else {
      const peer = `p${random.integer(12)}`
      heard.set(peer, now)
      changed = membership.present(peer, now)
    }
    t.deepEqual(membership.others, [...members()].sort(), `step ${i}`)
    t.is(changed, [...members()].sort().join() !== before.join(), `step ${i}`)
  }
})
