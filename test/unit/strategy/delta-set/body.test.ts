/** Heads of bodies, and what becomes of a finished round. */
import test from 'ava'
import {
  baseOf,
  type DeltaHead,
  payloadOf,
  readHead,
  wholeWeight,
  writeBody
} from '../../../../src/strategy/delta-set/body.ts'
import { bodyOf, SMALL } from './author.ts'
import { hex } from './bytes.ts'

const head: DeltaHead = {
  last: false,
  samples: 1,
  steps: 1,
  stepMs: 0,
  loss: null,
  weight: 1,
  halvings: 0
}

test('should write what an author by hand writes', (t) => {
  t.is(hex(writeBody(head, Uint8Array.from(SMALL))), hex(bodyOf()))
})

test('should read back what it has written', (t) => {
  const heads: DeltaHead[] = [
    head,
    { ...head, last: true, samples: 2 ** 32 - 1, steps: 65_535, stepMs: 1.5, loss: -2.25 },
    { ...head, weight: 2 ** -24, loss: 0 }
  ]
  for (const each of heads) t.deepEqual(readHead(writeBody(each, new Uint8Array())), each)
})

test('should say three digits of times and losses, and never more than a half can', (t) => {
  const read = readHead(writeBody({ ...head, stepMs: 1e9, loss: 1.2345 }, new Uint8Array()))
  if (typeof read === 'string') return t.fail(read)
  t.is(read.stepMs, 65_504)
  return t.true(Math.abs(read.loss! - 1.2345) < 1.2345 * 2 ** -11)
})

test('should make weights that travel unchanged, never 0', (t) => {
  for (const weight of [1, 0.5, 1 / 3, 1e-12]) {
    const whole = wholeWeight(weight)
    t.true(Math.abs(whole - weight) <= 2 ** -24)
    t.like(readHead(writeBody({ ...head, weight: whole }, new Uint8Array())), { weight: whole })
  }
  t.is(wholeWeight(0), 2 ** -24)
})

test('should refuse times and losses that are no numbers, negative times and short bodies', (t) => {
  const bytes = writeBody(head, new Uint8Array())
  const changed = (at: number, ...values: number[]): Uint8Array => {
    const copy = bytes.slice()
    copy.set(values, at)
    return copy
  }
  t.is(readHead(changed(7, 0x7c, 0)), 'body')
  t.is(readHead(changed(7, 0xbc, 0)), 'body')
  t.is(readHead(changed(9, 0x7e, 0)), 'body')
  t.is(readHead(changed(0, 8)), 'body')
  t.is(readHead(changed(11, 0, 0, 0, 0)), 'weight')
  t.is(readHead(changed(11, 1, 0, 0, 1)), 'weight')
  for (let length = 0; length < bytes.length; length++) {
    t.is(readHead(bytes.subarray(0, length)), 'body')
  }
})

test('should say how many numbers are void, and refuse to say that none are', (t) => {
  const body = writeBody(head, Uint8Array.from(SMALL), 2 ** 40)
  t.is(baseOf({ seq: 2 ** 41, body }), 2 ** 41 - 1 - 2 ** 40)
  t.deepEqual([...payloadOf(body)], SMALL)
  t.is(baseOf({ seq: 7, body: bodyOf() }), 6)
  const none = body.slice()
  none.fill(0, 15, 23)
  t.is(readHead(none), 'body')
  t.is(readHead(body.subarray(0, 20)), 'body')
})
