import test from 'ava'
import { absencesOf, isAway, splitsOf } from '../../../../src/report/rounds/absences.ts'
import type { FaultEntry } from '../../../../src/storage/results.ts'

const entry = (
  atMs: number,
  peer: number | null,
  event: FaultEntry['event'],
  detail: string | null = null
): FaultEntry => ({ atMs, peer, event, detail })

test('should pair goings with returns, and end what stays open at the end of the run', (t) => {
  const log = [
    entry(50, 1, 'returned', 'kept'),
    entry(20, 1, 'crashed'),
    entry(30, 2, 'joined'),
    entry(70, 1, 'left'),
    entry(0, 3, 'joined')
  ]
  const absences = absencesOf(log, 100)
  t.deepEqual(absences.get(1), [
    { fromMs: 20, toMs: 50, why: 'crashed' },
    { fromMs: 70, toMs: 100, why: 'left' }
  ])
  t.deepEqual(absences.get(2), [{ fromMs: 0, toMs: 30, why: 'not yet joined' }])
  t.false(absences.has(3))
})

test('should say who is away, up to the moment of the return', (t) => {
  const absences = absencesOf([entry(20, 1, 'left'), entry(50, 1, 'returned')], 100).get(1)!
  t.deepEqual(
    [19, 20, 49, 50].map((atMs) => isAway(absences, atMs)),
    [false, true, true, false]
  )
})

test('should count a peer that leaves twice without a return once', (t) => {
  const log = [entry(10, 0, 'left'), entry(20, 0, 'crashed'), entry(30, 0, 'returned')]
  t.deepEqual(absencesOf(log, 100).get(0), [{ fromMs: 10, toMs: 30, why: 'left' }])
})

test('should pair partitions that overlap by who was on which side', (t) => {
  const log = [
    entry(10, null, 'partitioned', 'a'),
    entry(20, null, 'partitioned', 'b'),
    entry(30, null, 'healed', 'b'),
    entry(40, null, 'partitioned', 'c'),
    entry(60, null, 'healed', 'a')
  ]
  t.deepEqual(splitsOf(log, 100), [
    { fromMs: 20, toMs: 30, detail: 'b' },
    { fromMs: 10, toMs: 60, detail: 'a' },
    { fromMs: 40, toMs: 100, detail: 'c' }
  ])
})
