/** Who trains, how long a round waits, and alpha's guard. */
import test from 'ava'
import { Activity } from '../../../../src/strategy/delta-set/activity.ts'
import { AlphaGuard } from '../../../../src/strategy/delta-set/alpha-guard.ts'
import type { DeltaHead } from '../../../../src/strategy/delta-set/body.ts'
import { RoundPace } from '../../../../src/strategy/delta-set/round-pace.ts'

const head = (fields: Partial<DeltaHead> = {}): DeltaHead => ({
  last: false,
  samples: 8,
  steps: 2,
  stepMs: 10,
  loss: 1,
  weight: 0.5,
  halvings: 0,
  ...fields
})

test('should count those who train, until they say it was the last, or stay silent', (t) => {
  const activity = new Activity(0)
  activity.observe('a', head(), 100)
  activity.observe('b', head(), 200)
  activity.observe('c', head({ samples: 0 }), 300)
  t.deepEqual(activity.within(5, Infinity, 300), ['a', 'b'])
  t.deepEqual(activity.within(1, 150, 300), ['b'])
  activity.observe('b', head({ last: true, samples: 0 }), 300)
  t.deepEqual(activity.within(5, Infinity, 300), ['a'])
  activity.expire(1, 50, 300)
  t.deepEqual(activity.within(5, Infinity, 300), [])
})

test('should know who is ahead of this peer’s rounds, by two at the most', (t) => {
  const activity = new Activity(0)
  for (let i = 0; i < 5; i++) activity.observe('a', head(), i)
  t.true(activity.ahead('a'))
  activity.answer()
  t.true(activity.ahead('a'))
  activity.answer()
  t.false(activity.ahead('a'))
  activity.answer()
  activity.observe('a', head(), 9)
  t.true(activity.ahead('a'))
  t.false(activity.ahead('b'))
})

test('should be ahead by the staleness from the beginning', (t) => {
  const activity = new Activity(1)
  activity.observe('a', head(), 0)
  activity.answer()
  t.true(activity.ahead('a'))
  activity.answer()
  t.false(activity.ahead('a'))
})

test('should take medians over origins, so that one liar decides nothing', (t) => {
  const activity = new Activity(0)
  t.is(activity.medianLoss(null), null)
  t.is(activity.medianStepMs(), null)
  activity.observe('a', head({ stepMs: 10, loss: 1, weight: 0.5 }), 0)
  activity.observe('b', head({ stepMs: 20, loss: null, weight: 0.25 }), 0)
  t.is(activity.medianStepMs(), 15)
  t.is(activity.medianLoss(null), 1)
  t.is(activity.medianLoss(3), 1)
  activity.observe('c', head({ stepMs: 6e4, loss: 6e4, weight: 1 }), 0)
  activity.observe('d', head({ stepMs: 11, loss: 2, weight: 0.5 }), 0)
  t.is(activity.medianStepMs(), 15.5)
  t.is(activity.medianLoss(null), 2)
  t.is(activity.medianLoss(Number.NaN), 2)
  activity.forget('c')
  t.is(activity.medianLoss(null), 1)
  t.is(activity.medianLoss(1.5), 1.5)
})

test('should halve alpha as often as more than half of the origins would', (t) => {
  const activity = new Activity(0)
  t.is(activity.commonHalvings(3), 3)
  activity.observe('a', head({ halvings: 10 }), 0)
  t.is(activity.commonHalvings(0), 0, 'one of two is no majority')
  activity.observe('b', head({ halvings: 2 }), 0)
  t.is(activity.commonHalvings(0), 2)
  activity.observe('c', head({ halvings: 0 }), 0)
  t.is(activity.commonHalvings(0), 0)
  t.is(activity.commonHalvings(1), 1)
})

const paceOf = (activity: Activity): RoundPace =>
  new RoundPace(activity, { floor: 10, ceiling: 1000 })

test('should smooth the round time by an eighth', (t) => {
  const pace = paceOf(new Activity(0))
  t.is(pace.roundMs, null)
  pace.begin([], 0)
  pace.begin([], 100)
  t.is(pace.roundMs, 100)
  pace.begin([], 300)
  t.is(pace.roundMs, 100 + (200 - 100) / 8)
})

test('should owe an answer to those heard of late, and count them for longer', (t) => {
  const activity = new Activity(0)
  const pace = paceOf(activity)
  pace.begin([], 0)
  activity.observe('a', head(), 50)
  pace.begin([], 100)
  t.deepEqual(pace.owed(['n'], 100), ['a', 'n'])
  activity.observe('n', head(), 110)
  t.deepEqual(pace.owed(['n'], 110), ['a'])
  // Five round times of silence: nobody waits any more; twenty: it trains no more.
  t.deepEqual(pace.owed([], 50 + 500), ['a'])
  t.deepEqual(pace.owed([], 50 + 501), [])
  t.deepEqual(pace.trainers(50 + 2000), ['a', 'n'])
  t.deepEqual(pace.trainers(50 + 2001), ['n'])
})

test('should do as many steps as the usual round has time for', (t) => {
  const activity = new Activity(0)
  for (const name of ['a', 'b', 'c']) activity.observe(name, head({ stepMs: 10 }), 0)
  const steps = (own: number): number => {
    const pace = paceOf(activity)
    pace.trained(own)
    return pace.steps(8)
  }
  t.is(steps(10), 8)
  t.is(steps(14), 8)
  t.is(steps(20), 4)
  t.is(steps(500), 1)
  t.is(steps(5), 16)
  t.is(steps(1), 16)
  t.is(paceOf(activity).steps(8), 8)
})

test('should halve alpha when the loss rises, and not for noise', (t) => {
  const guard = new AlphaGuard()
  const falling = Array.from({ length: 40 }, (_, i) => 2 * 0.95 ** i * (1 + 0.2 * Math.sin(i)))
  t.false(falling.some((loss) => guard.observe(loss, true)))
  t.is(guard.halvings, 0)
  const rising = Array.from({ length: 20 }, (_, i) => 0.3 * 1.4 ** i)
  const halved = rising.filter((loss) => guard.observe(loss, true)).length
  t.true(halved >= 2)
  t.is(guard.halvings, halved)
})

test('should halve at most ten times', (t) => {
  const guard = new AlphaGuard()
  for (let i = 0; i < 500; i++) guard.observe(1.3 ** i, true)
  t.is(guard.halvings, 10)
})
