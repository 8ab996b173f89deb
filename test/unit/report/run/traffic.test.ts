import test from 'ava'
import { totalsByKind } from '../../../../src/report/run/traffic.ts'
import { detail, RESULTS } from '../results.ts'

test('should add up frames and bytes by kind, name the kinds, and put the largest first', (t) => {
  const peersDetail = [
    detail(0, { sentByKind: { 1: { frames: 2, bytes: 74 }, 4: { frames: 3, bytes: 900 } } }),
    detail(1, { sentByKind: { 4: { frames: 1, bytes: 300 }, 3: { frames: 0, bytes: 0 } } })
  ]
  t.deepEqual(
    totalsByKind({ ...RESULTS, peersDetail }).map(({ name, frames, total, bytes }) => ({
      name,
      frames,
      total,
      peers: bytes.map(({ peer }) => peer)
    })),
    [
      { name: 'exchange', frames: 4, total: 1200, peers: [0, 1] },
      { name: 'hello', frames: 2, total: 74, peers: [0] }
    ]
  )
})

test('should name kinds of a strategy that it does not know by their number', (t) => {
  const peersDetail = [
    detail(0, { sentByKind: { 0: { frames: 1, bytes: 23 }, 9: { frames: 1, bytes: 50 } } })
  ]
  const names = totalsByKind({ ...RESULTS, strategy: 'other', peersDetail }).map(({ name }) => name)
  t.deepEqual(names, ['kind 9', 'credit'])
})
