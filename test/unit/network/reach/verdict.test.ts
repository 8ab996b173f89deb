import test from 'ava'
import { Evidence } from '../../../../src/network/reach/verdict.ts'

const MINUTE = 60_000
const evidence = (standing = {}) => new Evidence({ outbound: false, announces: false, ...standing })

test('should know nothing at first, and want an answer', (t) => {
  const nothing = evidence()
  t.is(nothing.verdict(0), 'unknown')
  t.true(nothing.wantsAnswer(0))
})

test('should believe a call that has come in, not the number of those that failed', (t) => {
  const known = evidence()
  for (const peer of ['a', 'b', 'c']) known.failed(peer, 0)
  t.is(known.verdict(0), 'private')
  known.called(1)
  t.is(known.verdict(1), 'public')
  known.failed('a', 2)
  t.is(known.verdict(2), 'public')
  t.false(known.wantsAnswer(2))
  t.true(known.wantsAnswer(20 * MINUTE))
})

test('should forget what it knew half an hour ago', (t) => {
  const known = evidence()
  known.called(0)
  t.is(known.verdict(29 * MINUTE), 'public')
  t.is(known.verdict(31 * MINUTE), 'unknown')
  known.failed('a', 31 * MINUTE)
  t.is(known.verdict(32 * MINUTE), 'private')
  t.is(known.verdict(62 * MINUTE), 'unknown')
})

test('should take the operator at his word until somebody could not call', (t) => {
  const announced = evidence({ announces: true })
  t.is(announced.verdict(0), 'public')
  announced.failed('a', 1)
  t.is(announced.verdict(1), 'private')
})

test('should not ask for a peer that listens nowhere', (t) => {
  const outbound = evidence({ outbound: true })
  outbound.called(0)
  t.is(outbound.verdict(0), 'outbound')
  t.false(outbound.wantsAnswer(0))
})
