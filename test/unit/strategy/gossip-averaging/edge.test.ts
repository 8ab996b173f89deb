import test, { type ExecutionContext } from 'ava'
import { seeded } from '../../../../src/random.ts'
import { Edge } from '../../../../src/strategy/gossip-averaging/edge.ts'
import type { Payload } from '../../../../src/strategy/gossip-averaging/kinds.ts'

const payload = (value: number): Payload => ({ shift: 0, bytes: Uint8Array.of(value) })
const newEdge = () => new Edge('0000000100000002', 'b', 0.5)
const numbers = (edge: Edge, after = 0): number[] => [...edge.unacknowledged(after)].map(([k]) => k)

/** One whole exchange: this end's side, then the neighbour's. */
const exchange = (t: ExecutionContext, edge: Edge, k: number): void => {
  edge.send(k, payload(k))
  edge.receive(k, payload(100 + k))
  t.deepEqual(edge.take(), { k, own: payload(k), theirs: payload(100 + k) })
}

test('should apply an exchange once it has both sides, whichever came first', (t) => {
  const edge = newEdge()
  t.is(edge.due, 1)
  edge.send(1, payload(1))
  t.true(edge.open)
  t.is(edge.due, null)
  t.is(edge.take(), null)
  edge.receive(1, payload(101))
  t.deepEqual(edge.take(), { k: 1, own: payload(1), theirs: payload(101) })
  t.is(edge.k, 1)
  edge.receive(2, payload(102))
  t.is(edge.take(), null)
  edge.send(2, payload(2))
  t.deepEqual(edge.take(), { k: 2, own: payload(2), theirs: payload(102) })
  t.is(edge.take(), null)
  t.is(edge.due, 3)
  t.false(edge.open)
})

test('should apply no exchange twice', (t) => {
  const edge = newEdge()
  exchange(t, edge, 1)
  edge.receive(1, payload(9))
  t.is(edge.take(), null)
  edge.send(2, payload(2))
  edge.receive(2, payload(102))
  edge.receive(2, payload(9))
  t.deepEqual(edge.take()?.theirs, payload(102))
  t.is(edge.take(), null)
})

test('should keep its side of an exchange until the next one has come', (t) => {
  const edge = newEdge()
  exchange(t, edge, 1)
  t.deepEqual(numbers(edge), [1])
  edge.send(2, payload(2))
  t.deepEqual(numbers(edge), [1, 2])
  edge.receive(2, payload(102))
  t.deepEqual(numbers(edge), [2])
})

test('should resend exactly what the neighbour lacks', (t) => {
  const edge = newEdge()
  exchange(t, edge, 1)
  edge.send(2, payload(2))
  t.deepEqual(
    [...edge.unacknowledged(0)],
    [
      [1, payload(1)],
      [2, payload(2)]
    ]
  )
  t.deepEqual([...edge.unacknowledged(1)], [[2, payload(2)]])
  t.deepEqual([...edge.unacknowledged(2)], [])
})

test('should not lose its side to a number that is far off', (t) => {
  for (const far of [3, 4, 1000, 2 ** 32 - 1]) {
    const edge = newEdge()
    edge.send(1, payload(1))
    edge.receive(far, payload(9))
    t.deepEqual(numbers(edge), [1], `after exchange ${far}`)
    t.is(edge.due, null, `after exchange ${far}`)
    edge.receive(1, payload(101))
    t.deepEqual(edge.take()?.own, payload(1), `after exchange ${far}`)
    t.is(edge.take(), null, `after exchange ${far}`)
  }
})

test('should apply in order what came out of order', (t) => {
  const edge = newEdge()
  edge.send(1, payload(1))
  edge.receive(2, payload(102))
  t.is(edge.take(), null)
  t.is(edge.due, null)
  edge.receive(1, payload(101))
  t.deepEqual(edge.take(), { k: 1, own: payload(1), theirs: payload(101) })
  edge.send(2, payload(2))
  t.deepEqual(edge.take(), { k: 2, own: payload(2), theirs: payload(102) })
  // Exchange 2 has acknowledged 1, though it came before 1 could be applied here.
  t.deepEqual(numbers(edge), [2])
})

test('should keep at most two payloads a direction, whatever comes', (t) => {
  const random = seeded(3)
  const edge = newEdge()
  for (let i = 0; i < 5000; i++) {
    const { due } = edge
    if (due !== null && random.next() < 0.5) edge.send(due, payload(due % 256))
    else edge.receive(Math.max(1, edge.k - 2 + random.integer(6)), payload(i % 256))
    while (edge.take() !== null);
    t.true(numbers(edge).length <= 2, `step ${i}`)
  }
  t.true(edge.k > 100, `only ${edge.k} exchanges were applied`)
})

test('should end with the last exchange it has sent', (t) => {
  const edge = newEdge()
  exchange(t, edge, 1)
  edge.send(2, payload(2))
  t.is(edge.retire(null), 2)
  t.true(edge.open)
  t.false(edge.exhausted)
  t.is(edge.due, null)
  edge.receive(2, payload(102))
  t.is(edge.take()?.k, 2)
  t.true(edge.exhausted)
  t.is(edge.due, null)
})

test('should end at once where it has sent nothing', (t) => {
  const edge = newEdge()
  t.is(edge.retire(null), 0)
  t.true(edge.exhausted)
})

test('should end with the smaller of both final numbers', (t) => {
  const sent2 = () => {
    const edge = newEdge()
    exchange(t, edge, 1)
    edge.send(2, payload(2))
    return edge
  }
  t.is(sent2().retire(1), 1)
  t.is(sent2().retire(2), 2)
  t.is(sent2().retire(3), 2)
  const both = sent2()
  both.retire(null)
  t.is(both.retire(1), 1)
  t.true(both.exhausted)
  t.false(both.open)
  both.receive(2, payload(102))
  t.is(both.take(), null, 'beyond the final exchange')
})
