import test from 'ava'
import { SwarmModel } from '../../../src/cli/live-table-model.ts'
import { record } from './records.ts'

const VIRTUAL = { peers: 3, rounds: 20, mode: 'virtual' } as const
const LIVE = { ...VIRTUAL, mode: 'live' } as const

test('should wait for peers of which nothing was heard', (t) => {
  const rows = new SwarmModel(VIRTUAL).rows(0)
  t.deepEqual(
    rows.map(({ peer, round, state, rate }) => [peer, round, state, rate]),
    [0, 1, 2].map((peer) => [peer, 0, 'waiting', null])
  )
})

test('should count completed rounds and keep the last figures that were measured', (t) => {
  const model = new SwarmModel(VIRTUAL)
  model.add(record(1, 0, { loss: 2, accuracy: 0.5, testLoss: 1.5 }), 0)
  model.add(record(1, 1, { loss: null }), 0)
  const row = model.rows(0)[1]!
  t.is(row.round, 2)
  t.is(row.bytesSent, 2000)
  t.deepEqual([row.loss, row.accuracy, row.testLoss], [2, 0.5, 1.5])
})

test('should take the rate over the last eight records', (t) => {
  const model = new SwarmModel(VIRTUAL)
  for (let round = 0; round < 10; round++) model.add(record(0, round), 0)
  t.is(model.rows(0)[0]!.rate, 10_000)
  // Seven records at 1000 bytes in 100 ms, the eighth with 8000 bytes more.
  model.add(record(0, 10, { bytesSent: 19_000 }), 0)
  t.is(model.rows(0)[0]!.rate, (19_000 - 4000) / 0.7)
})

test('should give no rate after one record, nor where a peer has begun anew', (t) => {
  const model = new SwarmModel(VIRTUAL)
  model.add(record(0, 5), 0)
  t.is(model.rows(0)[0]!.rate, null)
  model.add(record(0, 6, { bytesSent: 10 }), 0)
  t.is(model.rows(0)[0]!.rate, null)
})

test('should call a peer silent after five of its own rounds in virtual time', (t) => {
  const model = new SwarmModel(VIRTUAL)
  for (let round = 0; round < 4; round++) model.add(record(0, round), 0)
  for (let round = 0; round < 9; round++) model.add(record(1, round), 0)
  // Newest moment 900, last heard of peer 0 at 400: exactly five rounds of 100.
  t.is(model.rows(0)[0]!.state, 'running')
  model.add(record(1, 9), 0)
  t.deepEqual([model.rows(0)[0]!.state, model.rows(0)[0]!.silentMs], ['silent', 600])
})

test('should not call a slow peer silent that keeps its own pace', (t) => {
  const model = new SwarmModel(VIRTUAL)
  model.add(record(0, 0, { atMs: 700 }), 0)
  model.add(record(0, 1, { atMs: 1400 }), 0)
  model.add(record(1, 18, { atMs: 1900 }), 0)
  t.is(model.rows(0)[0]!.state, 'running')
})

test('should judge live peers by the clock on the wall, and only after five seconds', (t) => {
  const model = new SwarmModel(LIVE)
  model.add(record(0, 0), 10_000)
  model.add(record(0, 1), 10_100)
  t.is(model.rows(15_100)[0]!.state, 'running')
  t.deepEqual([model.rows(15_101)[0]!.state, model.rows(15_101)[0]!.silentMs], ['silent', 5001])
})

test('should call a peer finished after its last round, however long ago', (t) => {
  const model = new SwarmModel(LIVE)
  model.add(record(0, 18), 0)
  model.add(record(0, 19), 100)
  const row = model.rows(1e9)[0]!
  t.deepEqual([row.state, row.silentMs, row.round], ['finished', null, 20])
})

test('should leave out a record of a peer that there is not', (t) => {
  const model = new SwarmModel(VIRTUAL)
  model.add(record(3, 0), 0)
  t.true(model.rows(0).every(({ state }) => state === 'waiting'))
})
