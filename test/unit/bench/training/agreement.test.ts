import test from 'ava'
import { disagreement } from '../../../bench/training/agreement.ts'

const of = (loss: number, ...gradient: number[]) => ({
  loss,
  gradient: new Float32Array(gradient)
})

test('what differs by rounding agrees', (t) => {
  t.is(disagreement(of(2.000_001, 3, 4.01), of(2, 3, 4)), null)
})

test('another loss is told', (t) => {
  t.is(disagreement(of(2.1, 3, 4), of(2, 3, 4)), 'its loss is 2.1, not 2')
  t.is(disagreement(of(Number.NaN, 3, 4), of(2, 3, 4)), 'its loss is NaN, not 2')
})

test('another gradient is told, also one of another length', (t) => {
  t.is(disagreement(of(2, 3, 9), of(2, 3, 4)), 'its gradient differs by 1.0e+0')
  t.is(disagreement(of(2, 3), of(2, 3, 4)), 'its gradient differs by NaN')
})
