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

test('should count who trains, and leave out who has no replica', (t) => {
  const membership = new Membership(['a', 'b'])
  t.is(membership.trainers, 2, 'who has said nothing is taken to train')
  t.true(membership.present('c', 0, 'observer'))
  t.deepEqual(membership.others, ['a', 'b', 'c'])
  t.is(membership.trainers, 2)
  t.false(membership.present('d', 0, 'bootstrap'), 'it is no member')
  t.deepEqual(membership.others, ['a', 'b', 'c'])
  t.deepEqual(membership.bootstraps, [], 'its operator has not named it')
  t.true(membership.present('a', 0, 'bootstrap'), 'it was taken for a trainer')
  t.deepEqual(membership.others, ['b', 'c'])
  t.deepEqual(membership.bootstraps, ['a'])
  t.true(membership.present('b', 0, 'observer'))
  t.is(membership.trainers, 0)
  t.false(membership.present('b', 1, 'observer'))
  t.true(membership.present('b', 2, 'trainer'))
  t.is(membership.trainers, 1)
})

test('should know what silent peers were', (t) => {
  const membership = new Membership(
    ['a', 'b', 'c'],
    [
      ['a', 'bootstrap'],
      ['b', 'observer']
    ]
  )
  t.deepEqual(membership.others, ['b', 'c'])
  t.deepEqual(membership.bootstraps, ['a'])
  t.is(membership.trainers, 1)
  membership.present('c', 0, 'bootstrap')
  membership.expire(SILENCE)
  t.deepEqual(membership.bootstraps, ['a', 'c'], 'silence does not make it a trainer')
})

test('should drop who says goodbye at once, and keep looking for those its config names', (t) => {
  const membership = new Membership(['a'])
  membership.present('a', 0)
  membership.present('b', 0, 'observer')
  membership.present('c', 0, 'bootstrap')
  t.true(membership.left('b'))
  t.false(membership.left('b'))
  t.false(membership.left('a'))
  t.false(membership.left('c'))
  t.false(membership.left('never heard'))
  t.deepEqual(membership.others, ['a'])
  t.false(membership.hears('a'))
  t.true(membership.present('b', 1))
})

test('should take another set of configured peers', (t) => {
  const membership = new Membership(['a', 'b'])
  membership.present('b', 0)
  t.true(membership.configure(['c']))
  t.deepEqual(membership.others, ['b', 'c'], 'who is heard stays')
  t.false(membership.configure(['c', 'b']))
  t.true(membership.expire(SILENCE) === false, 'b is configured now')
  t.true(membership.configure([]))
  t.deepEqual(membership.others, [])
})

test('should be alone until somebody with a replica is heard', (t) => {
  const membership = new Membership(['a'])
  t.true(membership.alone)
  membership.present('b', 0, 'bootstrap')
  t.true(membership.alone)
  membership.present('c', 0, 'observer')
  t.false(membership.alone)
  membership.left('c')
  t.true(membership.alone)
})

test('should wait longer for the members of a large swarm, who speak seldom', (t) => {
  const membership = new Membership([])
  for (let i = 0; i < 2000; i++) membership.present(`p${i}`, 0)
  // Presence: every 2 s up to 16 members, and the rarer the more there are.
  const interval = (2000 * 2000) / 16
  t.false(membership.expire(5 * interval - 1))
  t.true(membership.expire(5 * interval))
  t.is(membership.others.length, 0)
})

test('should not let invented names fill the memory', (t) => {
  const membership = new Membership(['z'])
  for (let i = 0; i < 5000; i++) membership.present(`p${i}`, 0)
  t.is(membership.others.length, 4097)
  t.false(membership.present('z', 0))
  membership.left('p7')
  t.true(membership.present('late', 0))
})
