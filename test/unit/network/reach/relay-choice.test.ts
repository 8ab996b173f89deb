import test from 'ava'
import { RELAYS, RelayChoice } from '../../../../src/network/reach/relay-choice.ts'

const names = Array.from({ length: 10 }, (_, i) => `relay ${i}`)

test('should choose as many as are missing, and none that it has', (t) => {
  const choice = new RelayChoice('self')
  const chosen = choice.next(names, [], 0)
  t.is(chosen.length, RELAYS)
  t.deepEqual(choice.next(names, chosen, 0), [])
  const other = choice.next(names, [chosen[0]!], 0)
  t.deepEqual(other, [chosen[1]!])
  t.deepEqual(choice.next([], [], 0), [])
})

test('should spread many peers over the relays that there are', (t) => {
  const counts = new Map(names.map((name) => [name, 0]))
  const peers = 1000
  for (let i = 0; i < peers; i++) {
    for (const name of new RelayChoice(`peer ${i}`).next(names, [], 0)) {
      counts.set(name, counts.get(name)! + 1)
    }
  }
  const fair = (peers * RELAYS) / names.length
  for (const [name, count] of counts) t.true(Math.abs(count - fair) < fair / 2, `${name}: ${count}`)
})

test('should ask again later whoever refused, the later the more often, others first', (t) => {
  const choice = new RelayChoice('self')
  const pair = names.slice(0, 2)
  const [first, second] = choice.next(pair, [], 0) as [string, string]
  choice.refused(first, 0)
  t.deepEqual(choice.next(pair, [], 0), [second])
  t.deepEqual(choice.next(pair, [], 3_999), [second])
  t.deepEqual(choice.next(pair, [], 4_000), [second, first])
  choice.refused(first, 4_000)
  t.deepEqual(choice.next(pair, [second], 11_999), [])
  t.deepEqual(choice.next(pair, [second], 12_000), [first])
  choice.granted(first)
  t.deepEqual(new Set(choice.next(pair, [], 12_000)), new Set(pair))
})
