/** What one peer knows of its links: numbers for origins, offers, and what has been asked for. */
import test from 'ava'
import { Neighbour } from '../../../../src/strategy/delta-set/neighbour.ts'
import { Origins } from '../../../../src/strategy/delta-set/origins.ts'
import { Requests } from '../../../../src/strategy/delta-set/requests.ts'

test('should number origins in the order in which they are first mentioned', (t) => {
  const origins = new Origins()
  t.deepEqual(
    ['b', 'a', 'b', 'c'].map((name) => origins.numberOf(name)),
    [0, 1, 0, 2]
  )
  t.is(origins.size, 3)
  t.is(origins.name(1), 'a')
  t.is(origins.name(3), undefined)
  t.deepEqual(origins.from(1, 9), ['a', 'c'])
})

test('should learn names from both channels, in order, and no contradiction', (t) => {
  const link = new Neighbour()
  t.true(link.learn(0, ['a', 'b']))
  t.true(link.learn(0, ['a', 'b', 'c']))
  t.true(link.learn(1, ['b']))
  t.false(link.learn(4, ['e']))
  t.false(link.learn(1, ['x']))
  t.false(
    link.learn(
      3,
      Array.from({ length: 4094 }, (_, i) => `${i}`)
    )
  )
  t.deepEqual(
    [0, 1, 2, 3].map((number) => link.name(number)),
    ['a', 'b', 'c', undefined]
  )
})

test('should remember the most that a neighbour has said or shown', (t) => {
  const link = new Neighbour()
  link.learn(0, ['a'])
  t.false(link.greeted)
  t.true(link.hear([{ origin: 0, seq: 5, floor: 2, tag: 9 }]))
  t.true(link.greeted)
  t.like(link.offers.get('a'), { number: 0, seq: 5, floor: 2, tag: 9 })
  link.showed(0, 7)
  t.like(link.offers.get('a'), { seq: 7, floor: 2, tag: null })
  t.true(link.hear([{ origin: 0, seq: 6, floor: 2, tag: 9 }]))
  t.like(link.offers.get('a'), { seq: 7, tag: null })
  link.showed(0, 3)
  t.like(link.offers.get('a'), { seq: 7 })
  t.false(link.hear([{ origin: 1, seq: 6, floor: 2, tag: 9 }]))
})

test('should count requests by neighbour, and close them by number or by what stands for them', (t) => {
  const requests = new Requests()
  for (const seq of [1, 2, 3, 4]) requests.add('o', seq, seq < 4 ? 'b' : 'c', 10)
  t.deepEqual([requests.count('b'), requests.count('c'), requests.count('d')], [3, 1, 0])
  t.true(requests.has('o', 2))
  requests.close('o', 2)
  requests.close('o', 2)
  requests.close('p', 2)
  t.false(requests.has('o', 2))
  t.is(requests.count('b'), 2)
  t.false(requests.closeAfter('o', 1, 2, 'b'))
  t.true(requests.closeAfter('o', 1, 4, 'b'))
  t.deepEqual([requests.count('b'), requests.count('c')], [1, 0])
  requests.forget('b')
  t.deepEqual([requests.count('b'), requests.has('o', 1)], [0, false])
})

test('should give up requests that are old, and know who was slow until it is not', (t) => {
  const requests = new Requests()
  requests.add('o', 1, 'b', 10)
  requests.add('o', 2, 'c', 20)
  t.true(requests.expire(10, 99))
  t.false(requests.expire(10, 99))
  t.deepEqual([requests.has('o', 1), requests.has('o', 2)], [false, true])
  t.is(requests.count('b'), 0)
  t.is(requests.slowSince('b'), 99)
  t.is(requests.slowSince('c'), undefined)
  requests.add('o', 1, 'b', 100)
  requests.close('o', 1)
  t.is(requests.slowSince('b'), undefined)
})
