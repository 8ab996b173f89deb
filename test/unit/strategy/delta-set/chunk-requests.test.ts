import test from 'ava'
import { hashOf } from '../../../../src/strategy/delta-set/chain.ts'
import { ChunkRequests } from '../../../../src/strategy/delta-set/snapshot/chunk-requests.ts'

const chunks = Array.from({ length: 100 }, (_, i) => Uint8Array.of(i, 7))
const hashes = chunks.map(hashOf)

const requests = (...sources: readonly string[]): ChunkRequests => {
  const made = new ChunkRequests(hashes, hashOf)
  for (const source of sources) made.addSource(source)
  return made
}

const range = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + i)

test('a quick source is asked for more at a time, up to sixteen; a slow one for less', (t) => {
  const fetch = requests('a')
  const open = fetch.next('a', 0).slice()
  t.deepEqual(open, [0, 1])
  let most = open.length
  for (let at = 10; at < 300; at += 10) {
    const index = open.shift()!
    t.true(fetch.take('a', index, chunks[index]!, at))
    open.push(...fetch.next('a', at))
    most = Math.max(most, open.length)
  }
  t.is(most, 16)
  // All that is open comes three seconds late: half as many each time, and two at the least.
  for (const index of open.splice(0)) fetch.take('a', index, chunks[index]!, 7000)
  t.is(fetch.next('a', 7000).length, 2)
})

test('no chunk is asked for twice, by whichever sources, until there is nothing else to ask', (t) => {
  const fetch = requests('a', 'b', 'c')
  const asked: number[] = []
  for (let at = 0; asked.length < 100; at += 10) {
    for (const source of ['a', 'b', 'c']) {
      for (const index of fetch.next(source, at)) {
        asked.push(index)
        fetch.take(source, index, chunks[index]!, at + 5)
      }
    }
  }
  t.deepEqual(
    asked.toSorted((a, b) => a - b),
    range(0, 100)
  )
  t.true(fetch.complete)
  t.is(fetch.bytes, 200)
  t.deepEqual(fetch.chunks, chunks)
})

test('what a lost source has not sent is free again, and so is what was wrong', (t) => {
  const fetch = requests('a', 'b')
  t.deepEqual(fetch.next('a', 0), [0, 1])
  t.deepEqual(fetch.next('b', 0), [2, 3])
  t.false(fetch.take('a', 0, Uint8Array.of(9), 10))
  fetch.dropSource('a')
  t.deepEqual(fetch.next('a', 20), [], 'it is no source any more')
  fetch.take('b', 2, chunks[2]!, 20)
  t.deepEqual(fetch.next('b', 20), [0, 1])
})

test('what nobody has asked a source for is ignored', (t) => {
  const fetch = requests('a', 'b')
  fetch.next('a', 0)
  t.true(fetch.take('b', 0, chunks[0]!, 1))
  t.true(fetch.take('a', 50, Uint8Array.of(1), 1))
  t.is(fetch.bytes, 0)
})
