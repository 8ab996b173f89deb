import test from 'ava'
import type { Turn } from '../../../bench/training/requests.ts'
import { median, ratioOf, relativeDifference, summarise } from '../../../bench/training/summary.ts'

/** Ten steps of so many milliseconds. */
const turn = (ms: number): Turn => ({ steps: 10, seconds: ms / 100, processorSeconds: ms / 200 })

test('the median lies in the middle, between the two middle values of an even number', (t) => {
  t.is(median([9, 1, 5]), 5)
  t.is(median([4, 1, 9, 2]), 3)
})

test('turns come to their median and least time and to the rate of the median', (t) => {
  const summary = summarise([turn(4), turn(2), turn(12)], 32)!
  t.is(summary.msPerStep, 4)
  t.is(summary.leastMsPerStep, 2)
  t.is(summary.examplesPerSecond, 8000)
  t.is(summary.threads, 0.5)
})

test('nothing comes of no turns', (t) => {
  t.is(summarise([], 32), null)
  t.is(ratioOf([]), null)
})

test('a machine that slows down leaves the ratio as it is', (t) => {
  // From the second round on both take ten times as long.
  const pairs = [1, 10, 10].map((slowness) => ({
    own: turn(2 * slowness),
    yardstick: turn(slowness)
  }))
  t.is(ratioOf(pairs), 2)
  t.is(ratioOf([...pairs, { own: turn(500), yardstick: turn(1) }]), 2)
})

test('without a yardstick there is no ratio', (t) => {
  t.is(ratioOf([{ own: turn(2), yardstick: null }]), null)
})

test('the difference of vectors is relative to the second', (t) => {
  t.is(relativeDifference(new Float32Array([3, 4]), new Float32Array([3, 4])), 0)
  t.is(relativeDifference(new Float32Array([0, 0]), new Float32Array([3, 4])), 1)
  t.is(relativeDifference(new Float32Array([3, 9]), new Float32Array([3, 4])), 1)
})

test('vectors of different lengths have no difference', (t) => {
  t.is(relativeDifference(new Float32Array(2), new Float32Array(3)), Number.NaN)
})
