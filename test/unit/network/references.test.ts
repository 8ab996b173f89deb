import test from 'ava'
import { References } from '../../../src/network/door/references.ts'

test('should ask about many at a time, once about each, and remember who is unknown', async (t) => {
  // What waits here keeps no process alive.
  const alive = setInterval(() => {}, 1000)
  t.teardown(() => clearInterval(alive))
  const asked: (readonly string[])[] = []
  const references = new References(async (peers) => {
    asked.push(peers)
    return new Set(peers.filter((peer) => peer.endsWith('1')))
  })
  const names = Array.from({ length: 40 }, (_, index) => `peer-${index}`)
  const answers = await Promise.all([...names, 'peer-1'].map((peer) => references.of(peer)))
  t.deepEqual(
    answers,
    [...names, 'peer-1'].map((peer) => peer.endsWith('1'))
  )
  t.deepEqual(asked.flat().sort(), [...names].sort(), 'each once')
  t.is(asked.length, 1)
  t.false(await references.of('peer-2'), 'it was asked about a moment ago')
  t.is(asked.flat().length, 40)
})
