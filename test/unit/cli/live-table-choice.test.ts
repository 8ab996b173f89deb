import test from 'ava'
import { chooseRows } from '../../../src/cli/live-table-choice.ts'
import type { PeerRow } from '../../../src/cli/live-table-model.ts'

const row = (peer: number, fields: Partial<PeerRow> = {}): PeerRow => ({
  peer,
  round: 10,
  loss: 0.5,
  accuracy: 0.5,
  testLoss: null,
  bytesSent: 0,
  rate: null,
  silentMs: null,
  state: 'running',
  ...fields
})

const picked = (rows: readonly PeerRow[], count: number): string[] =>
  chooseRows(rows, count).map(({ peer, why }) => `${peer} ${why}`)

test('should show all where they fit', (t) => {
  t.deepEqual(picked([row(0), row(1)], 2), ['0 ', '1 '])
})

test('should show the slowest, then the worst, then the best, each peer once', (t) => {
  const rows = Array.from({ length: 100 }, (_, peer) => row(peer, { accuracy: peer / 100 }))
  rows[40] = row(40, { round: 3, accuracy: 0.01 })
  rows[50] = row(50, { round: 2, accuracy: 0.999 })
  t.deepEqual(picked(rows, 6), [
    '50 slowest',
    '40 slowest',
    '0 worst',
    '1 worst',
    '98 best',
    '99 best'
  ])
})

test('should choose as a full sort would', (t) => {
  const rows = Array.from({ length: 500 }, (_, peer) =>
    row(peer, { round: (peer * 37) % 101, accuracy: ((peer * 61) % 503) / 503 })
  )
  const slowest = rows.toSorted((a, b) => a.round - b.round || a.peer - b.peer).slice(0, 10)
  const others = rows.filter((one) => !slowest.includes(one))
  const byAccuracy = others.toSorted((a, b) => a.accuracy! - b.accuracy!)
  const expected = [...slowest, ...byAccuracy.slice(0, 10), ...byAccuracy.slice(-10)]
  t.deepEqual(
    chooseRows(rows, 30).map(({ peer }) => peer),
    expected.map(({ peer }) => peer)
  )
})

test('should judge by loss where there is no accuracy, the lower the better', (t) => {
  const lossy = (field: 'loss' | 'testLoss'): PeerRow[] =>
    [3, 1, 2, 5, 4].map((loss, peer) => row(peer, { accuracy: null, [field]: loss }))
  t.deepEqual(picked(lossy('testLoss'), 3), ['0 slowest', '3 worst', '1 best'])
  t.deepEqual(picked(lossy('loss'), 3), ['0 slowest', '3 worst', '1 best'])
})

test('should not compare the loss of one peer with the accuracy of another', (t) => {
  const rows = [0.9, null, 0.2, 0.8, 0.5].map((accuracy, peer) =>
    row(peer, { accuracy, loss: 0.1 })
  )
  t.deepEqual(picked(rows, 3), ['0 slowest', '2 worst', '3 best'])
})

test('should show the slowest alone where nothing else is known', (t) => {
  const rows = Array.from({ length: 9 }, (_, peer) =>
    row(peer, { round: peer === 7 ? 1 : 2, accuracy: null, loss: null })
  )
  t.deepEqual(picked(rows, 3), ['7 slowest', '0 slowest', '1 slowest'])
  t.deepEqual(picked(rows, 1), ['7 slowest'])
  t.deepEqual(picked(rows, 0), [])
})
