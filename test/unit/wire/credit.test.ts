import test from 'ava'
import { ReceiveCredit, SendCredit } from '../../../src/wire/credit.ts'
import { wireLimits } from '../../../src/wire/limits.ts'

test('should take no grant for more than was spent', (t) => {
  const credit = new SendCredit(100)
  credit.spend(70)
  t.is(credit.available, 30)
  t.true(credit.grant(50))
  t.is(credit.available, 80)
  t.false(credit.grant(21))
  t.is(credit.available, 80)
  t.true(credit.grant(20))
  t.is(credit.available, 100)
})

test('should save grants up to half a window', (t) => {
  const credit = new ReceiveCredit(100)
  for (const [bytes, grant] of [
    [20, 0],
    [29, 0],
    [1, 50],
    [49, 0],
    [30, 79]
  ] as const) {
    t.true(credit.receive(bytes))
    t.is(credit.consume(bytes), grant)
  }
})

test('should call it a violation when more comes than was granted', (t) => {
  const credit = new ReceiveCredit(100)
  t.false(credit.receive(101))
  t.true(credit.receive(40))
  t.false(credit.receive(61))
  t.true(credit.receive(60))
})

test('should grant nothing for what has come in and is not consumed', (t) => {
  const credit = new ReceiveCredit(100)
  t.true(credit.receive(100))
  t.false(credit.receive(1))
  t.is(credit.consume(60), 60)
  t.true(credit.receive(60))
  t.false(credit.receive(1))
})

test('should leave room for two of the largest frames in a window', (t) => {
  for (const maxBody of [0, 1_000, 600_000, 50_000_000]) {
    const { maxFrame, window, maxQueued } = wireLimits(maxBody)
    t.true(window >= 2 * maxFrame, `${maxBody}`)
    t.true(window >= 1 << 20, `${maxBody}`)
    t.true(maxQueued >= window, `${maxBody}`)
  }
})
