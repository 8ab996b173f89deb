import test from 'ava'
import { AddressQueue } from '../../../src/peer/address-queue.ts'

const never = new AbortController().signal

test('should give out each address once, and not those that are known', async (t) => {
  const queue = new AddressQueue(['a'])
  t.true(queue.isEmpty)
  for (const address of ['a', 'b', 'c', 'b']) queue.add(address)
  t.false(queue.isEmpty)
  t.deepEqual(await queue.take(0, never), ['b', 'c'])
  t.deepEqual(await queue.take(0, never), [])
  queue.again()
  t.deepEqual(await queue.take(0, never), ['b', 'c'])
})

test('who waits should be woken by the first, and of two that wait one gets it', async (t) => {
  const queue = new AddressQueue([])
  const waiting = [queue.take(60_000, never), queue.take(60_000, never)]
  queue.add('a')
  t.deepEqual((await Promise.all(waiting)).flat(), ['a'])
})

test('who waits in vain, or is told to end, should get nothing', async (t) => {
  const queue = new AddressQueue([])
  t.deepEqual(await queue.take(1, never), [])
  const ended = new AbortController()
  const waiting = queue.take(60_000, ended.signal)
  ended.abort()
  t.deepEqual(await waiting, [])
  queue.add('a')
  t.deepEqual(await queue.take(60_000, ended.signal), [])
})
