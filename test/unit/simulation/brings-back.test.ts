import test from 'ava'
import { bringsBack } from '../../../src/simulation/faults/brings-back.ts'
import { faultSchema } from '../../../src/simulation/faults/fault-schema.ts'

const of = (fault: object): boolean => bringsBack(faultSchema.parse(fault))

test('should name the faults after which a peer goes on with what it has kept', (t) => {
  const at = { peers: [1], atMs: 5 }
  t.true(of({ kind: 'leave', ...at, returnMs: 9 }))
  t.true(of({ kind: 'crash', ...at, returnMs: 9 }))
  t.true(of({ kind: 'churn', meanUpMs: 1, meanAwayMs: 1 }))
  t.true(of({ kind: 'churn', meanUpMs: 1, meanAwayMs: 1, crashes: 1, losses: 0.9 }))
  t.true(of({ kind: 'churn', meanUpMs: 1, meanAwayMs: 1, crashes: 0.9, losses: 1 }))
  t.false(of({ kind: 'churn', meanUpMs: 1, meanAwayMs: 1, crashes: 1, losses: 1 }))
  t.false(of({ kind: 'leave', ...at }))
  t.false(of({ kind: 'crash', ...at }))
  t.false(of({ kind: 'crash', ...at, returnMs: 9, state: 'lost' }))
  t.false(of({ kind: 'join', ...at }))
  t.false(of({ kind: 'partition', groups: [[1]], fromMs: 1, toMs: 2 }))
})
