/** One entry for each round, against the same numbers gathered by brute force. */
import test from 'ava'
import { consensusDistance } from '../../../src/consensus/consensus-distance.ts'
import { seeded } from '../../../src/random.ts'
import { History } from '../../../src/simulation/history.ts'
import type { RoundRecord } from '../../../src/storage/round-record.ts'
import type { Vector } from '../../../src/vector/vector.ts'

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length

const near = (a: number | null, b: number | null): boolean =>
  a === null || b === null ? a === b : Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b))

const recordOf = (peer: number, round: number, fields: Partial<RoundRecord>): RoundRecord => ({
  peer,
  round,
  atMs: 0,
  loss: null,
  accuracy: null,
  testLoss: null,
  heard: 0,
  missed: 0,
  bytesSent: 0,
  bytesReceived: 0,
  computeMs: null,
  exchangeMs: null,
  ...fields
})

const replica = (seed: number): Vector => {
  const random = seeded(seed)
  return Float32Array.from({ length: 10 }, () => random.normal())
}

test('should gather each round, also rounds that not every peer reaches', (t) => {
  const random = seeded(3)
  const [peers, rounds] = [6, 30]
  const history = new History(peers)
  const records: RoundRecord[] = []
  const replicas = new Map<number, Vector[]>()
  for (let round = 0; round < rounds; round++) {
    for (let peer = 0; peer < peers; peer++) {
      // The last rounds are reached by ever fewer; some are skipped, as a slow peer does.
      if (round > rounds - peer || random.next() < 0.1) continue
      const due = (round + 1) % 3 === 0
      const record = recordOf(peer, round, {
        atMs: 100 * round + 10 * random.next(),
        bytesSent: 1000 * round + random.integer(500),
        loss: random.next() < 0.2 ? null : random.next(),
        accuracy: due ? random.next() : null,
        testLoss: due ? random.next() * 3 : null
      })
      records.push(record)
      history.add(record)
      if (!due) continue
      const one = replica(records.length)
      replicas.set(round, [...(replicas.get(round) ?? []), one])
      history.addReplica(round, one)
    }
  }
  const entries = history.entries()
  const reached = [...new Set(records.map(({ round }) => round))].sort((a, b) => a - b)
  t.deepEqual(
    entries.map(({ round }) => round),
    reached
  )
  for (const entry of entries) {
    const mine = records.filter(({ round }) => round === entry.round)
    const of = (field: 'loss' | 'accuracy' | 'testLoss' | 'atMs' | 'bytesSent') =>
      mine.flatMap((record) => record[field] ?? [])
    const label = `round ${entry.round}`
    t.true(near(entry.loss, mean(of('loss'))), label)
    t.true(near(entry.atMs, mean(of('atMs'))), label)
    // Who has not come to this round counts with what it said before.
    const until = records.slice(0, records.findLastIndex(({ round }) => round === entry.round) + 1)
    const sent = Array.from(
      { length: peers },
      (_, peer) => until.findLast((record) => record.peer === peer)?.bytesSent ?? 0
    )
    t.true(near(entry.bytesSent, mean(sent)), label)
    const accuracies = of('accuracy')
    if (accuracies.length === 0) {
      t.is(entry.accuracy, null, label)
      t.is(entry.testLoss, null, label)
      t.is(entry.distance, null, label)
      continue
    }
    const losses = of('testLoss')
    t.true(near(entry.accuracy!.mean, mean(accuracies)), label)
    t.is(entry.accuracy!.worst, Math.min(...accuracies), label)
    t.is(entry.accuracy!.best, Math.max(...accuracies), label)
    t.true(near(entry.testLoss!.mean, mean(losses)), label)
    t.is(entry.testLoss!.worst, Math.max(...losses), label)
    t.is(entry.testLoss!.best, Math.min(...losses), label)
    const expected = consensusDistance(replicas.get(entry.round)!).relative
    t.true(near(entry.distance, expected), `${label}: ${entry.distance} of ${expected}`)
  }
})

test('should tell the latest distance as soon as every peer has come to a round', (t) => {
  const history = new History(3)
  const [a, b, c] = [1, 2, 3].map(replica) as [Vector, Vector, Vector]
  history.addReplica(4, a)
  history.addReplica(4, b)
  t.is(history.latest, null)
  history.addReplica(5, a)
  history.addReplica(4, c)
  t.is(history.latest!.round, 4)
  t.true(near(history.latest!.absolute, consensusDistance([a, b, c]).absolute))
  history.addReplica(5, a)
  history.addReplica(5, a)
  t.deepEqual(history.latest, { round: 5, absolute: 0 })
})

test('should keep a bounded number of rounds open, and count what has come by then', (t) => {
  const history = new History(3)
  const vectors = Array.from({ length: 20 }, (_, i) => replica(i))
  // Two peers run ahead, and the third never comes.
  for (let round = 0; round < 10; round++) {
    for (const i of [0, 1]) history.addReplica(round, vectors[2 * round + i]!)
  }
  // Nine are too many: the first two are closed, and a third peer that comes now is too late.
  history.addReplica(0, replica(99))
  history.addReplica(1, replica(99))
  history.addReplica(2, replica(99))
  for (const { round, distance } of history.entries()) {
    const pair = vectors.slice(2 * round, 2 * round + 2)
    const replicas = round === 2 ? [...pair, replica(99)] : pair
    t.true(near(distance, consensusDistance(replicas).relative), `round ${round}`)
  }
  t.is(history.latest!.round, 2)
})

test('should not be changed by what becomes of a replica later', (t) => {
  const history = new History(2)
  const [a, b] = [replica(1), replica(2)]
  const expected = consensusDistance([a, b]).relative
  history.addReplica(0, a)
  const held = a.slice()
  a.fill(0)
  history.addReplica(0, b)
  t.true(near(history.entries()[0]!.distance, expected))
  t.notDeepEqual(a, held)
})

test('should have nothing to tell of a run without rounds', (t) => {
  t.deepEqual(new History(4).entries(), [])
})
