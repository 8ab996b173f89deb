import test from 'ava'
import { segmentsOf } from '../../../../src/report/rounds/segments.ts'

test('should lay local steps, exchange and waiting one after another', (t) => {
  t.deepEqual(segmentsOf({ atMs: 200, computeMs: 40, exchangeMs: 5 }, 100, []), [
    { kind: 'compute', fromMs: 100, toMs: 140 },
    { kind: 'exchange', fromMs: 140, toMs: 145 },
    { kind: 'wait', fromMs: 145, toMs: 200 }
  ])
})

test('should lay them around absences', (t) => {
  const away = [
    { fromMs: 0, toMs: 10 },
    { fromMs: 120, toMs: 150 },
    { fromMs: 190, toMs: 250 }
  ]
  t.deepEqual(segmentsOf({ atMs: 200, computeMs: 40, exchangeMs: 5 }, 100, away), [
    { kind: 'compute', fromMs: 100, toMs: 120 },
    { kind: 'compute', fromMs: 150, toMs: 170 },
    { kind: 'exchange', fromMs: 170, toMs: 175 },
    { kind: 'wait', fromMs: 175, toMs: 190 }
  ])
})

test('should stay within the round where durations claim more than it took', (t) => {
  t.deepEqual(segmentsOf({ atMs: 20, computeMs: 40, exchangeMs: 5 }, 10, []), [
    { kind: 'compute', fromMs: 10, toMs: 20 }
  ])
})

test('should know nothing of a round without durations', (t) => {
  t.deepEqual(segmentsOf({ atMs: 20, computeMs: null, exchangeMs: null }, 10, []), [])
})
